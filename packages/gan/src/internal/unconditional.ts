import { apply, check, checkShape, disposeNetworks, random } from "@latentkit/core";
import type { AdversarialLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { replayBuffer } from "../replay.js";
import type { Gan, GanOptions } from "../types.js";
import { ADVERSARIAL_OPTIONS, checkAdversarial, checkDiscriminator, checkGenerator } from "./checks.js";
import { packed } from "./pack.js";
import { drawNoise } from "./prior.js";
import { twoPlayerObjectives } from "./two-player.js";

/** Names of {@link GanOptions}. */
const OPTIONS = [...ADVERSARIAL_OPTIONS, "generator", "discriminator", "replay", "pack"];

/** How a named model differs from the plain game. */
export interface Variant {
  readonly loss: AdversarialLoss;
  /** Default of `discriminatorSteps`. */
  readonly discriminatorSteps?: number;
  /** Runs after each update of the discriminator. */
  constrain?(): void;
}

/** The game between a generator of noise and a discriminator of examples, for any loss. */
export function unconditionalGan(owner: string, options: GanOptions, variant: Variant): Gan {
  const { generator, discriminator, penalty, pack = 1 } = options;
  check(owner).known(options, OPTIONS);
  const { prior, discriminatorSteps, views } = checkAdversarial(owner, options, variant.discriminatorSteps);
  check(owner).integer("pack", pack, { min: 1 });
  const latentDim = checkGenerator(owner, generator, 1);
  checkDiscriminator(owner, { generator, discriminator }, { inputs: 1, outputs: 1, pack });
  const { loss } = variant;

  const decode = (z: tf.Tensor) => {
    checkShape(owner, "z", z.shape, [null, latentDim]);
    return tf.tidy(() => apply(generator, z));
  };
  const sample: Gan["sample"] = (count, source) => tf.tidy(() => decode(drawNoise(prior, count, latentDim, source)));
  const replay =
    options.replay &&
    replayBuffer(options.replay, (count) => sample(count, random(options.replay?.seed ?? 0).stream("replay")));

  return {
    networks: { generator, discriminator },
    ...(replay === undefined ? {} : { state: { replay: replay.memory } }),
    adversarialLoss: loss,
    latentDim,
    objectives: twoPlayerObjectives({
      loss,
      generator,
      discriminator,
      discriminatorSteps,
      penalty,
      replay,
      generate: (batch, step) => ({
        fake: apply(generator, drawNoise(prior, batch.x.shape[0]!, latentDim, step.random), step),
      }),
      view: (x, step) =>
        packed(
          views.reduce((seen, view) => view(seen, step), x),
          pack,
        ),
      judge: (seen, _, step) => [apply(discriminator, seen, step)],
      ...(variant.constrain === undefined ? {} : { constrain: variant.constrain }),
    }),
    decode,
    sample,
    discriminate: (x) =>
      tf.tidy(() => loss.output(tf.squeeze(apply(discriminator, packed(x, pack)), [1])) as tf.Tensor1D),
    checkBatch: ({ x }) => checkShape(owner, "batch.x", x.shape, generator.outputs[0]!.shape),
    dispose: () => {
      replay?.memory.dispose();
      disposeNetworks([generator, discriminator]);
    },
  };
}
