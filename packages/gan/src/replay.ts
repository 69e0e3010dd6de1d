import { type RandomSource, random, type StepContext } from "@latentkit/core";
import { check, checkTensor, group, integer, number, type Option, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** A memory of past samples. */
export interface ReplayOptions {
  /** Samples that are remembered; some 50 batches serve well. */
  readonly capacity: number;
  /** Share of the discriminator's generated examples that comes from the memory. Default ½. */
  readonly share?: number;
  /** Seed of the samples that the memory starts with. Default 0. */
  readonly seed?: number;
}

const specification = {
  capacity: integer({ min: 1 }),
  share: number({ above: 0, below: 1, default: 0.5 }),
  seed: integer({ min: 0, default: 0 }),
};

/** A memory as an option of a model. */
export const replayOption: Option<ReplayOptions, "required"> = group(specification);

/** Makes a memory from how samples are drawn. */
export type Rememberer = (draw: (count: number, random: RandomSource) => tf.Tensor) => ReplayBuffer;

/** What makes a model's memory from how it draws samples; nothing where none is asked for. */
export function rememberer(options: ReplayOptions | undefined): Rememberer | undefined {
  if (options === undefined) return undefined;
  const source = random(options.seed ?? 0).stream("replay");
  return (draw) => replayBuffer(options, (count) => draw(count, source));
}

/** The memory as part of a model: a variable, saved with it. */
export interface ReplayBuffer {
  /** Remembered samples: `[capacity, …]`. */
  readonly memory: tf.Variable;
  /** A batch with part of it replaced by remembered samples; in training the new ones then take random places. */
  mix(fake: tf.Tensor, step: StepContext): tf.Tensor;
}

/**
 * Shows the discriminator past samples beside new ones, so that it does not forget what the generator has left behind and
 * the generator cannot go back there. Each step replaces part of the memory: a sample's age is geometric.
 *
 * **Shapes**: `fake` `[batch, …]` → the same.
 *
 * **Source**: Shrivastava et al., "Learning from Simulated and Unsupervised Images through Adversarial Training", 2017,
 * section 2.3. https://arxiv.org/abs/1612.07828
 *
 * @param draw - Makes the samples that the memory starts with.
 * @throws ConfigError for a capacity < 1 or a share outside (0, 1).
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { stepContext } from "@latentkit/core/authoring";
 * import { replayBuffer } from "@latentkit/gan";
 * import * as tf from "@tensorflow/tfjs";
 * const buffer = replayBuffer({ capacity: 100 }, (count) => tf.zeros([count, 2]));
 * buffer.mix(tf.ones([8, 2]), stepContext(random(1), 0, true)); // four old, four new
 * ```
 */
export function replayBuffer(options: ReplayOptions, draw: (count: number) => tf.Tensor): ReplayBuffer {
  const { capacity, share } = resolveOptions("replayBuffer", specification, options);
  check("replayBuffer").that(
    "draw",
    draw,
    typeof draw === "function",
    "a function of a count that gives as many samples",
  );
  const first = draw(capacity);
  checkTensor("replayBuffer", "draw(capacity)", first);
  const memory = tf.variable(first, false);
  first.dispose();
  return {
    memory,
    mix: (fake, step) =>
      tf.tidy(() => {
        const batch = fake.shape[0]!;
        const count = Math.min(Math.round(batch * share), capacity);
        if (count === 0 || !step.training) return tf.clone(fake);
        const chosen = uniformIndices(step.random, count, capacity);
        const old = tf.gather(memory, chosen);
        const fresh = tf.slice(fake, 0, batch - count);
        const kept = tf.slice(fake, batch - count, count);
        // Every place is equally likely to be given up: a comb with a random start.
        const places = combIndices(step.random, count, capacity);
        memory.assign(tf.gather(tf.concat([memory, kept], 0), places));
        return tf.concat([fresh, old], 0);
      }),
  };
}

/** `count` random places, with repetition: `[count]` int32. */
function uniformIndices(random: RandomSource, count: number, capacity: number): tf.Tensor1D {
  const position = tf.floor(random.uniform([count], 0, capacity));
  return tf.cast(tf.minimum(position, capacity - 1), "int32") as tf.Tensor1D;
}

/** For each place of the memory: itself, or `capacity + j` where the j-th new sample goes. `[capacity]` int32. */
function combIndices(random: RandomSource, count: number, capacity: number): tf.Tensor1D {
  const stride = Math.floor(capacity / count);
  const places = tf.range(0, capacity);
  const start = tf.floor(random.uniform([1], 0, capacity));
  const behind = tf.sub(places, start);
  const distance = tf.where(tf.less(behind, 0), tf.add(behind, capacity), behind);
  // Halves keep the quotient away from the integers, where rounding could go either way.
  const tooth = tf.floor(tf.div(tf.add(distance, 0.5), stride));
  const onTooth = tf.equal(tf.sub(distance, tf.mul(tooth, stride)), 0);
  const replaced = tf.logicalAnd(onTooth, tf.less(tooth, count));
  return tf.cast(tf.where(replaced, tf.add(tooth, capacity), places), "int32") as tf.Tensor1D;
}
