import type { DataBatch, Decodes, LabelledBatch, Model, RandomSource, Samples } from "@latentkit/core";
import type { AdversarialLoss } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";
import type { PenaltyTerm } from "./penalty-terms.js";
import type { ReplayOptions } from "./replay.js";
import type { ExampleView } from "./views/example-view.js";

/** Where the generator's noise comes from: standard normal, or uniform in [−1, 1). */
export type Prior = "normal" | "uniform";

/** What every adversarial model can be told, whatever its loss. */
export interface AdversarialOptions {
  /** Where the noise comes from; `normal` unless given. */
  readonly prior?: Prior;
  /** Updates of the discriminator per update of the generator, each on a fresh batch: k in the papers. */
  readonly discriminatorSteps?: number;
  /** A term on the discriminator's gradient, such as {@link r1Term}; none unless given. */
  readonly penalty?: PenaltyTerm;
  /** What the discriminator sees instead of the plain examples, real and generated alike; applied in order. */
  readonly views?: readonly ExampleView[];
}

/** The networks of an unconditional model, and what can be changed about its game. */
export interface GanOptions extends AdversarialOptions {
  /** Noise `[batch, latentDim]` → examples `[batch, …]`. */
  readonly generator: tf.LayersModel;
  /** Examples `[batch, …]` → one logit each, `[batch, 1]`, without an activation. */
  readonly discriminator: tf.LayersModel;
  /** Shows the discriminator past samples beside new ones. */
  readonly replay?: ReplayOptions;
  /**
   * Examples that the discriminator judges together, joined along the last axis: 1 unless given. Its input must have that
   * many times the channels; the batch must hold at least as many examples.
   *
   * **Source**: Lin et al., "PacGAN: The power of two samples in generative adversarial networks", 2018.
   */
  readonly pack?: number;
}

/** Judges examples. */
export interface Discriminates {
  /** What the paper calls D(x), one value per example or pack: a probability, a score or a critic's value, `[judged]`. */
  discriminate(x: tf.Tensor): tf.Tensor1D;
}

/** Two networks that play against each other. */
export interface Gan extends Model<DataBatch>, Samples, Decodes, Discriminates {
  readonly networks: { readonly generator: tf.LayersModel; readonly discriminator: tf.LayersModel };
  /** The loss that is played for. */
  readonly adversarialLoss: AdversarialLoss;
}

/** Draws examples of wanted classes. */
export interface SamplesClasses {
  /** Number of classes. */
  readonly classes: number;
  /**
   * One example of each class number in `labels`: `[labels, …]`.
   *
   * @param random - Where the noise comes from.
   */
  sampleClasses(labels: readonly number[], random: RandomSource): tf.Tensor;
}

/** A model whose generator is told the class. */
export interface ConditionalGan extends Model<LabelledBatch>, Samples, SamplesClasses {
  readonly networks: { readonly generator: tf.LayersModel; readonly discriminator: tf.LayersModel };
  /** The loss that is played for. */
  readonly adversarialLoss: AdversarialLoss;
}
