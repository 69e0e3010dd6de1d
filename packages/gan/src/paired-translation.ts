import type { Schedule } from "@latentkit/core";
import { type Batch, type Model, type ModelFactory, ShapeError } from "@latentkit/core";
import {
  apply,
  checkTensor,
  defineModel,
  integer,
  network,
  schedule,
  showShape,
  withDefault,
} from "@latentkit/core/authoring";
import { type AdversarialLoss, nonSaturatingLoss } from "@latentkit/losses";
import { adversarialLossOption } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import { objectivesOf } from "./internal/game.js";
import { penalty } from "./internal/options.js";
import type { PenaltyTerm } from "./penalty-terms.js";

/** Pairs: what a picture is made from, and the picture that was made from it. */
export type PairedBatch = Batch & { readonly source: tf.Tensor; readonly x: tf.Tensor };

/** Options of {@link pairedTranslation}. */
export interface PairedTranslationOptions {
  /** `source` `[batch, …]` → pictures like `x`, such as a `unetGenerator`. */
  readonly generator: tf.LayersModel;
  /** Source and picture joined along their channels → verdicts `[batch, …, width]`, such as a `patchDiscriminator`. */
  readonly discriminator: tf.LayersModel;
  /** What is played for. Default `nonSaturatingLoss()`. */
  readonly loss?: AdversarialLoss;
  /** Weight of the mean absolute error, λ, or a schedule. Default 100. */
  readonly reconstructionWeight?: number | Schedule;
  /** Weight of the adversarial loss in the generator's, or a schedule; 0 leaves the mean absolute error. Default 1. */
  readonly adversarialWeight?: number | Schedule;
  /** Updates of the discriminator per update of the generator. Default 1. */
  readonly discriminatorSteps?: number;
  /** A term on the discriminator's gradient, such as {@link r1Term}. Default none. */
  readonly penalty?: PenaltyTerm;
}

/** Makes pictures from others. */
export interface PairedTranslation extends Model<PairedBatch> {
  readonly networks: { readonly generator: tf.LayersModel; readonly discriminator: tf.LayersModel };
  /** The picture for each source, `[batch, …]`. */
  translate(source: tf.Tensor): tf.Tensor;
}

/**
 * pix2pix: a generator makes y from x, a discriminator judges pairs, and the mean absolute error keeps to the wanted picture: it settles
 * the coarse, the discriminator the fine.
 *
 *     D minimises −E[log D(x, y)] − E[log(1 − D(x, G(x)))],   G minimises −E[log D(x, G(x))] + λ·E[mean |y − G(x)|].
 *
 * Here x is the batch's `source` and y its `x`. Noise is the generator's dropout, if any. The paper halves D's objective, which with
 * Adam changes nothing but ε.
 *
 * **Shapes**: `source` and `x` `[batch, height, width, channels]` of one size. **Units**: nats, plus λ times the data's units; means over
 * the batch, and over pixels.
 *
 * **Source**: Isola, Zhu, Zhou and Efros, "Image-to-Image Translation with Conditional Adversarial Networks", 2017, equation 4.
 * https://arxiv.org/abs/1611.07004
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { pairedTranslation } from "@latentkit/gan";
 * import { patchDiscriminator, unetGenerator } from "@latentkit/layers";
 * const generator = unetGenerator({ inputShape: [16, 16, 1], outputChannels: 3, filters: [8, 16] });
 * const discriminator = patchDiscriminator({ inputShape: [16, 16, 1 + 3], filters: [8, 16] });
 * const model = pairedTranslation({ generator, discriminator });
 * ```
 */
export const pairedTranslation: ModelFactory<PairedTranslationOptions, PairedTranslation> = defineModel(
  "pairedTranslation",
  {
    generator: network(),
    discriminator: network(),
    loss: withDefault(adversarialLossOption(), nonSaturatingLoss()),
    reconstructionWeight: schedule({ min: 0, default: 100 }),
    adversarialWeight: schedule({ min: 0, default: 1 }),
    discriminatorSteps: integer({ min: 1, default: 1 }),
    penalty,
  },
  ({ generator, discriminator, reconstructionWeight, adversarialWeight, loss: asked, ...rest }) => {
    const owner = "pairedTranslation";
    const source = generator.inputs[0]!.shape;
    checkPair(owner, generator, discriminator, asked);
    return {
      networks: { generator, discriminator },
      fields: { source: { shape: source }, x: { shape: generator.outputs[0]!.shape } },
      objectives: objectivesOf<PairedBatch>({
        ...rest,
        loss: asked,
        players: { generator: [generator], discriminator: [discriminator] },
        adversarialWeight: (step) => step.schedule(adversarialWeight),
        generate: (batch, step) => ({ fake: apply(generator, batch.source, step) }),
        view: (x) => x,
        judge: (seen, batch, step) => [apply(discriminator, tf.concat([batch.source, seen], -1), step)],
        generatorTerms: (_, { x }, { fake }, step) => ({
          reconstruction: tf.mul<tf.Scalar>(step.schedule(reconstructionWeight), tf.mean(tf.abs(tf.sub(x, fake)))),
        }),
      }),
      translate(given) {
        checkTensor(owner, "source", given, source);
        return tf.tidy(() => apply(generator, given));
      },
    };
  },
);

/** Refuses a discriminator that does not take source and picture together, or gives other verdicts than the loss wants. */
function checkPair(
  owner: string,
  generator: tf.LayersModel,
  discriminator: tf.LayersModel,
  { verdict = 1, name }: AdversarialLoss,
): void {
  const [source, made] = [generator.inputs[0]!.shape, generator.outputs[0]!.shape];
  const places = (shape: readonly (number | null)[]): string => showShape(shape.slice(0, -1));
  if (generator.inputs.length !== 1 || generator.outputs.length !== 1 || places(source) !== places(made)) {
    throw new ShapeError(
      `${owner}: expected \`generator\` to make pictures as large as its one input ${showShape(source)}, received ${showShape(made)}.`,
    );
  }
  const joined = [...made.slice(0, -1), source.at(-1)! + made.at(-1)!];
  const taken = discriminator.inputs[0]!.shape;
  const fits = taken.length === joined.length && taken.every((size, i) => size === null || size === joined[i]);
  if (discriminator.inputs.length !== 1 || !fits) {
    throw new ShapeError(
      `${owner}: expected \`discriminator\` to take source and picture joined, ${showShape(joined)}, received a network that takes ${showShape(taken)}.`,
    );
  }
  const logits = discriminator.outputs[0]!.shape;
  if (discriminator.outputs.length === 1 && logits.at(-1) === verdict) return;
  throw new ShapeError(
    `${owner}: expected \`discriminator\` to give verdicts [batch, …, ${verdict}] for the ${name} loss, received ${showShape(logits)}.`,
  );
}
