import type { Batch, Decodes, GivenLike, Model, SamplesAtOnce } from "@latentkit/core";
import type { AdversarialLoss } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";
import type { PenaltyTerm } from "./penalty-terms.js";
import type { ReplayOptions } from "./replay.js";
import type { ExampleView } from "./views/example-view.js";

/** Where the generator's noise comes from: standard normal, or uniform in [−1, 1). */
export type NoisePrior = "normal" | "uniform";

/** What every adversarial model can be told, whatever its loss. */
export interface AdversarialOptions {
  /** Where the noise comes from. Default `normal`. */
  readonly prior?: NoisePrior;
  /** Updates of the discriminator per update of the generator, each on a fresh batch: k in the papers. Default 1. */
  readonly discriminatorSteps?: number;
  /** A term on the discriminator's gradient, such as {@link r1Term}. Default none. */
  readonly penalty?: PenaltyTerm;
  /** What the discriminator sees instead of the plain examples, real and generated alike; applied in order. Default none. */
  readonly views?: readonly ExampleView[];
}

/** The networks of an unconditional model, and what can be changed about its game. */
export interface GanOptions extends AdversarialOptions {
  /** Noise `[batch, latentDim]` → examples `[batch, …]`. */
  readonly generator: tf.LayersModel;
  /**
   * Examples `[batch, …]` → verdicts `[batch, …, width]` without an activation, as wide as the loss wants them: one logit for
   * most. Several verdicts an example, as of a patch discriminator, count alike.
   */
  readonly discriminator: tf.LayersModel;
  /** Shows the discriminator past samples beside new ones. Default none. */
  readonly replay?: ReplayOptions;
  /**
   * Examples that the discriminator judges together, joined along the last axis. Default 1. Its input must have that many times
   * the channels; the batch must hold at least as many examples.
   *
   * **Source**: Lin et al., "PacGAN: The power of two samples in generative adversarial networks", 2018.
   */
  readonly pack?: number;
}

/** Judges examples. */
export interface Discriminates {
  /** What the paper calls D(x), one value per example or pack: a probability, a score or a critic's value, `[judged]`. */
  discriminate(x: tf.Tensor, given?: GivenLike): tf.Tensor1D;
}

/** Two networks that play against each other: what the factories of this package return. */
export interface Gan extends Model<Batch & { readonly x: tf.Tensor }>, SamplesAtOnce, Decodes, Discriminates {
  readonly networks: { readonly generator: tf.LayersModel; readonly discriminator: tf.LayersModel };
  /** The loss that is played for. */
  readonly adversarialLoss: AdversarialLoss;
}

/** A model whose generator is told the class, or what else is `given`. */
export interface ConditionalGan extends Gan {
  readonly given: NonNullable<Gan["given"]>;
}
