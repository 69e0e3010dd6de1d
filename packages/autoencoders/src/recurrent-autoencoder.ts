import {
  type Batch,
  type Decodes,
  type Encodes,
  type GivenLike,
  type Model,
  type ModelFactory,
  type Reconstructs,
  type Schedule,
  ShapeError,
  type StepContext,
} from "@latentkit/core";
import { apply, check, checkTensor, conditionInputs, defineModel, network, schedule } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkSequenceNetworks } from "./internal/check-sequence-networks.js";
import { meanOf, squaredErrors, withoutPadding } from "./internal/masked-errors.js";

/** Options of {@link recurrentAutoencoder}. */
export interface RecurrentAutoencoderOptions {
  /** What `recurrentEncoder` builds: `[batch, steps, …]`, and a mask `[batch, steps]` if it is `masked`, → `[batch, latentDim]`. */
  readonly encoder: tf.LayersModel;
  /** What `recurrentDecoder` builds: `[batch, latentDim]`, and teacher and forcing if it has a `teacher`, → `[batch, steps, …]`. */
  readonly decoder: tf.LayersModel;
  /**
   * Probability with which a step is given the true step before it, in training, instead of what the decoder wrote. Default 0.
   * A schedule from 1 to 0 is scheduled sampling. A decoder that is taught all the time never learns to go on from its own
   * mistakes.
   */
  readonly teacherForcing?: number | Schedule;
}

/** Sequences and, for an encoder that is `masked`, which of their steps are real. */
export type SequenceBatch = Batch & Readonly<{ x: tf.Tensor } & Partial<{ mask: tf.Tensor }>>;

/**
 * What {@link recurrentAutoencoder} returns. Where its encoder is masked, `encode`, `reconstruct` and `errors` take
 * `{ mask: [batch, steps] }`, 1 for real steps; sequences are of full length without.
 */
export interface RecurrentAutoencoder extends Model<SequenceBatch>, Encodes, Decodes, Reconstructs {
  readonly networks: { readonly encoder: tf.LayersModel; readonly decoder: tf.LayersModel };
  /** Codes of sequences: `[batch, steps, …]` → `[batch, latentDim]`. */
  encode(x: tf.Tensor, given?: GivenLike): tf.Tensor2D;
  /** Sequences through the code and back, the decoder running freely; 0 after the end of a shorter one. */
  reconstruct(x: tf.Tensor, given?: GivenLike): tf.Tensor;
  /** Mean squared error of each sequence over its real steps, `[batch]`: an anomaly score. */
  errors(x: tf.Tensor, given?: GivenLike): tf.Tensor1D;
}

/**
 * Recurrent autoencoder: reads a sequence into one code and writes it again from there, step by step. For time series, and for
 * images row by row.
 *
 * Minimises Σ m·(x − y)² / Σ m over the values of real steps, m the mask. The decoder is given xₜ₋₁ at step t with probability
 * `teacherForcing`, else its own yₜ₋₁; validation and `reconstruct` always run freely, so the validation loss is what the model
 * will do. Steps that are masked change neither the codes nor the loss.
 *
 * **Shapes**: `batch.x` `[batch, steps, …]`, `batch.mask` `[batch, steps]` if the encoder is masked, codes `[batch, latentDim]`.
 *
 * **Units**: those of `loss`; nats per example for a likelihood.
 *
 * **Source**: Srivastava, Mansimov and Salakhutdinov, "Unsupervised Learning of Video Representations using LSTMs", 2015, section
 * 2.2, https://arxiv.org/abs/1502.04681; scheduled sampling: Bengio et al., 2015, https://arxiv.org/abs/1506.03099
 *
 * @throws ShapeError when encoder and decoder do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { recurrentAutoencoder } from "@latentkit/autoencoders";
 * import { sines } from "@latentkit/data";
 * import { recurrentDecoder, recurrentEncoder } from "@latentkit/layers";
 * import { train } from "@latentkit/training";
 * const shape = { units: 16, latentDim: 4 };
 * const model = recurrentAutoencoder({
 *   encoder: recurrentEncoder({ inputShape: [24, 1], masked: true, ...shape }),
 *   decoder: recurrentDecoder({ outputShape: [24, 1], ...shape }),
 * });
 * await train(model, sines({ count: 64, steps: 24, minSteps: 12 }), { epochs: 1 });
 * ```
 */
export const recurrentAutoencoder: ModelFactory<RecurrentAutoencoderOptions, RecurrentAutoencoder> = defineModel(
  "recurrentAutoencoder",
  { encoder: network(), decoder: network(), teacherForcing: schedule({ min: 0, max: 1, default: 0 }) },
  ({ encoder, decoder, teacherForcing }) => {
    const owner = "recurrentAutoencoder";
    const { dataShape, latentDim, masked, taught } = checkSequenceNetworks(owner, encoder, decoder);
    const fits = taught || teacherForcing === 0;
    check(owner).that("decoder", decoder, fits, "built with `teacher: true` for teacher forcing");
    const given = masked ? { mask: { shape: dataShape.slice(0, 2), optional: true as const } } : undefined;

    const coded = (x: tf.Tensor, mask: tf.Tensor | undefined, step?: StepContext): tf.Tensor2D =>
      apply(encoder, masked ? [x, mask ?? tf.ones(x.shape.slice(0, 2))] : x, step);
    const written = (z: tf.Tensor, teacher?: tf.Tensor, step?: StepContext): tf.Tensor => {
      const [batch] = z.shape as [number];
      const sequences = [batch, ...(dataShape.slice(1) as number[])];
      if (!taught) return apply(decoder, z, step);
      const forcing = forcedSteps([batch, dataShape[1]!], step?.training === true ? teacherForcing : 0, step);
      return apply(decoder, [z, teacher ?? tf.zeros(sequences), forcing], step);
    };
    const entered = (x: tf.Tensor, asked: GivenLike | undefined): tf.Tensor | undefined => {
      checkTensor(owner, "x", x, dataShape);
      return conditionInputs(owner, given, asked, x.shape[0]!)[0];
    };
    const restored = (x: tf.Tensor, mask: tf.Tensor | undefined): tf.Tensor =>
      withoutPadding(written(coded(x, mask)), mask);

    return {
      networks: { encoder, decoder },
      fields: { x: { shape: dataShape }, ...given },
      ...(given && { given }),
      latentDim,
      objectives: [
        {
          name: owner,
          updates: [encoder, decoder],
          loss({ x, mask }, step) {
            const { sums, counts } = squaredErrors(x, written(coded(x, mask, step), x, step), mask);
            const reconstruction = meanOf<tf.Scalar>(tf.sum(sums), tf.sum(counts));
            return { total: reconstruction, parts: { reconstruction } };
          },
        },
      ],
      encode: (x, asked) => tf.tidy(() => coded(x, entered(x, asked))),
      decode: (z, asked) =>
        tf.tidy(() => {
          checkTensor(owner, "z", z, [null, latentDim]);
          conditionInputs(owner, given, asked, z.shape[0]!); // a mask says which steps count, not which are written
          return written(z);
        }),
      reconstruct: (x, asked) => tf.tidy(() => restored(x, entered(x, asked))),
      errors: (x, asked) =>
        tf.tidy(() => {
          const mask = entered(x, asked);
          const { sums, counts } = squaredErrors(x, restored(x, mask), mask);
          return meanOf(sums, counts);
        }),
      checkBatch({ mask }) {
        if (masked || mask === undefined) return;
        throw new ShapeError(
          `${owner}: expected no \`batch.mask\`, since \`encoder\` takes none; build it with \`masked: true\`, or leave the mask out.`,
        );
      },
    };
  },
);

/** Ones where a step is given the true step before it: `[batch, steps]`. */
function forcedSteps(shape: [number, number], probability: number | Schedule, step?: StepContext): tf.Tensor {
  if (probability === 0 || step === undefined) return tf.zeros(shape);
  if (probability === 1) return tf.ones(shape);
  return tf.cast(tf.less(step.random.uniform(shape), step.schedule(probability)), "float32");
}
