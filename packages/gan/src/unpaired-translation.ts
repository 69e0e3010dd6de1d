import {
  type Batch,
  ConfigError,
  type Model,
  type ModelFactory,
  type RandomSource,
  type Schedule,
  ShapeError,
  type StepContext,
} from "@latentkit/core";
import {
  apply,
  checkTensor,
  defineModel,
  network,
  optional,
  schedule,
  showShape,
  withDefault,
} from "@latentkit/core/authoring";
import { type AdversarialLoss, leastSquaresLoss } from "@latentkit/losses";
import { adversarialLossOption } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import { tidyLoss } from "./internal/game.js";
import { type ReplayOptions, rememberer, replayOption } from "./replay.js";

/** Pictures of two kinds, `x` and `y`, that do not belong together. */
export type UnpairedBatch = Batch & { readonly x: tf.Tensor; readonly y: tf.Tensor };

/** Options of {@link unpairedTranslation}. */
export interface UnpairedTranslationOptions {
  /** Pictures like `x` → pictures like `y`: G of the paper, such as a `residualGenerator`. */
  readonly forward: tf.LayersModel;
  /** Pictures like `y` → pictures like `x`: F of the paper. */
  readonly backward: tf.LayersModel;
  /** Pictures like `x` → verdicts `[batch, …, width]`, such as a `patchDiscriminator`. */
  readonly discriminatorX: tf.LayersModel;
  /** Pictures like `y` → verdicts `[batch, …, width]`. */
  readonly discriminatorY: tf.LayersModel;
  /** What is played for. Default `leastSquaresLoss()`. */
  readonly loss?: AdversarialLoss;
  /** Weight of the error after there and back, λ, or a schedule. Default 10. */
  readonly cycleWeight?: number | Schedule;
  /** Weight of the change of pictures that are of the wanted kind already, or a schedule; the paper has λ/2 where it has any. Default 0. */
  readonly identityWeight?: number | Schedule;
  /** Memories of made pictures, one for each kind, that the discriminators see beside new ones. Default none; the paper has 50, half. */
  readonly replay?: ReplayOptions;
}

/** Makes pictures of one kind from pictures of the other, and back. */
export interface UnpairedTranslation extends Model<UnpairedBatch> {
  readonly networks: {
    readonly forward: tf.LayersModel;
    readonly backward: tf.LayersModel;
    readonly discriminatorX: tf.LayersModel;
    readonly discriminatorY: tf.LayersModel;
  };
  /** A picture like `y` for each picture like `x`, `[batch, …]`. */
  translate(x: tf.Tensor): tf.Tensor;
  /** A picture like `x` for each picture like `y`, `[batch, …]`. */
  translateBack(y: tf.Tensor): tf.Tensor;
}

/**
 * CycleGAN: two generators between two kinds of pictures without pairs. Each is judged by a discriminator of the kind that it makes,
 * and what went there and back must be the picture again, so that contents stay.
 *
 *     G and F minimise L(D_Y(G(x))) + L(D_X(F(y))) + λ·(E[mean |F(G(x)) − x|] + E[mean |G(F(y)) − y|])
 *                      + λ_id·(E[mean |G(y) − y|] + E[mean |F(x) − x|]).
 *
 * Objectives: `discriminators`, of both, and `generators`. Nothing makes F(G(x)) = x the only way: a generator may hide what it needs in
 * details that nobody sees.
 *
 * **Shapes**: `x` and `y` `[batch, height, width, channels]`, each of its own. **Units**: those of the loss, plus λ times the data's units;
 * means over the batch, and over pixels.
 *
 * **Source**: Zhu, Park, Isola and Efros, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks", 2017,
 * equations 1 to 3, section 4 and section 5.2. https://arxiv.org/abs/1703.10593
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { unpairedTranslation } from "@latentkit/gan";
 * import { patchDiscriminator, residualGenerator } from "@latentkit/layers";
 * const shape = { inputShape: [16, 16, 3], filters: [8, 16] };
 * const forward = residualGenerator({ ...shape, blocks: 2, name: "forward" });
 * const backward = residualGenerator({ ...shape, blocks: 2, name: "backward" });
 * const discriminatorX = patchDiscriminator({ ...shape, name: "discriminatorX" });
 * const discriminatorY = patchDiscriminator({ ...shape, name: "discriminatorY" });
 * const model = unpairedTranslation({ forward, backward, discriminatorX, discriminatorY, replay: { capacity: 50 } });
 * ```
 */
export const unpairedTranslation: ModelFactory<UnpairedTranslationOptions, UnpairedTranslation> = defineModel(
  "unpairedTranslation",
  {
    forward: network(),
    backward: network(),
    discriminatorX: network(),
    discriminatorY: network(),
    loss: withDefault(adversarialLossOption(), leastSquaresLoss()),
    cycleWeight: schedule({ min: 0, default: 10 }),
    identityWeight: schedule({ min: 0, default: 0 }),
    replay: optional(replayOption),
  },
  ({ forward, backward, discriminatorX, discriminatorY, loss, cycleWeight, identityWeight, replay }) => {
    const owner = "unpairedTranslation";
    const [shapeX, shapeY] = [forward.inputs[0]!.shape, forward.outputs[0]!.shape];
    checkPlaces(owner, "forward", forward, shapeX, shapeY);
    checkPlaces(owner, "backward", backward, shapeY, shapeX);
    checkJudge(owner, "discriminatorX", discriminatorX, shapeX, loss);
    checkJudge(owner, "discriminatorY", discriminatorY, shapeY, loss);
    const identity = identityWeight !== 0;
    if (identity && showShape(shapeX) !== showShape(shapeY)) {
      throw new ConfigError(
        `${owner}: expected \`identityWeight\` to be 0 for pictures ${showShape(shapeX)} and ${showShape(shapeY)}, which no generator can leave as they are, received another.`,
      );
    }
    // Both begin with what the untrained generators make of noise, which the first steps replace.
    const memory = (made: tf.LayersModel, from: readonly (number | null)[]) =>
      rememberer(replay)?.((count: number, random: RandomSource) =>
        tf.tidy(() => apply(made, random.uniform([count, ...(from.slice(1) as number[])]))),
      );
    const [memoryX, memoryY] = [memory(backward, shapeY), memory(forward, shapeX)];
    const apart = (a: tf.Tensor, b: tf.Tensor): tf.Scalar => tf.mean(tf.abs(tf.sub(a, b)));
    const both = (a: tf.Scalar, b: tf.Scalar): tf.Scalar => tf.add(a, b);

    return {
      networks: { forward, backward, discriminatorX, discriminatorY },
      ...(memoryX && memoryY && { state: { memoryX: memoryX.memory, memoryY: memoryY.memory } }),
      fields: { x: { shape: shapeX }, y: { shape: shapeY } },
      objectives: [
        {
          name: "discriminators",
          updates: [discriminatorX, discriminatorY],
          loss: ({ x, y }: UnpairedBatch, step: StepContext) =>
            tidyLoss(() => {
              const [madeY, madeX] = [apply(forward, x, step), apply(backward, y, step)];
              const [fakeX, fakeY] = [memoryX?.mix(madeX, step) ?? madeX, memoryY?.mix(madeY, step) ?? madeY];
              const judged = (judge: tf.LayersModel, real: tf.Tensor, fake: tf.Tensor): tf.Scalar =>
                loss.discriminator(apply(judge, real, step), apply(judge, fake, step));
              const ofX = judged(discriminatorX, x, fakeX);
              const ofY = judged(discriminatorY, y, fakeY);
              return { total: both(ofX, ofY), parts: { x: ofX, y: ofY } };
            }),
        },
        {
          name: "generators",
          updates: [forward, backward],
          loss: ({ x, y }: UnpairedBatch, step: StepContext) =>
            tidyLoss(() => {
              const [madeY, madeX] = [apply(forward, x, step), apply(backward, y, step)];
              const played = (judge: tf.LayersModel, fake: tf.Tensor, real: tf.Tensor): tf.Scalar =>
                loss.generator(apply(judge, fake, step), loss.relativistic ? apply(judge, real, step) : undefined);
              const parts: Record<string, tf.Scalar> = {
                adversarial: both(played(discriminatorY, madeY, y), played(discriminatorX, madeX, x)),
                cycle: tf.mul(
                  step.schedule(cycleWeight),
                  both(apart(apply(backward, madeY, step), x), apart(apply(forward, madeX, step), y)),
                ),
              };
              if (identity) {
                const changes = both(apart(apply(forward, y, step), y), apart(apply(backward, x, step), x));
                parts.identity = tf.mul(step.schedule(identityWeight), changes);
              }
              return { total: tf.addN(Object.values(parts)) as tf.Scalar, parts };
            }),
        },
      ],
      translate(x) {
        checkTensor(owner, "x", x, shapeX);
        return tf.tidy(() => apply(forward, x));
      },
      translateBack(y) {
        checkTensor(owner, "y", y, shapeY);
        return tf.tidy(() => apply(backward, y));
      },
    };
  },
);

type Shape = readonly (number | null)[];

function checkPlaces(owner: string, name: string, made: tf.LayersModel, from: Shape, to: Shape): void {
  const [taken, given] = [made.inputs[0]!.shape, made.outputs[0]!.shape];
  const single = made.inputs.length === 1 && made.outputs.length === 1;
  if (single && showShape(taken) === showShape(from) && showShape(given) === showShape(to)) return;
  throw new ShapeError(
    `${owner}: expected \`${name}\` to take ${showShape(from)} and give ${showShape(to)}, received a network from ${showShape(taken)} to ${showShape(given)}.`,
  );
}

function checkJudge(owner: string, name: string, judge: tf.LayersModel, of: Shape, loss: AdversarialLoss): void {
  const { verdict = 1 } = loss;
  const [taken, given] = [judge.inputs[0]!.shape, judge.outputs[0]!.shape];
  const fits = taken.length === of.length && taken.every((size, i) => size === null || size === of[i]);
  if (judge.inputs.length === 1 && judge.outputs.length === 1 && fits && given.at(-1) === verdict) return;
  throw new ShapeError(
    `${owner}: expected \`${name}\` to take ${showShape(of)} and give verdicts [batch, …, ${verdict}] for the ${loss.name} loss, received a network from ${showShape(taken)} to ${showShape(given)}.`,
  );
}
