import type { Json, StepContext } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";

/** How vectors become code numbers: a value, of which each model makes a {@link Codebook} of its own. */
export interface Quantizer {
  /** Names the quantiser in files. */
  readonly name: string;
  /** Numbers that a code can be, from 0 to `codeCount − 1`. */
  readonly codeCount: number;
  /** Code numbers of one vector: 1, or as many as there are levels of residuals. */
  readonly codesPerVector: number;
  /** Size of the vectors: channels of an encoder's output. */
  readonly dim: number;
  /**
   * Makes a codebook with variables of its own.
   *
   * @param prefix - First part of their names, for models with several codebooks. Default none.
   */
  create(prefix?: string): Codebook;
  /** Its form in files; nothing for one that files cannot hold. */
  toJSON(): Json | undefined;
}

/** A batch of vectors on the codes nearest to them. */
export interface Quantized {
  /** The codes' vectors, shaped as those that came in; gradients pass straight through to these. */
  readonly vectors: tf.Tensor;
  /** Code numbers, int32: `[batch, …, codesPerVector]`. */
  readonly codes: tf.Tensor;
  /** What is added to the loss of each example, `[batch]`; absent where a quantiser has no loss of its own. */
  readonly loss?: tf.Tensor1D;
  /** Values for logs, `perplexity` and `used` among them. */
  readonly parts: Readonly<Record<string, tf.Scalar>>;
}

/** The codes of one model, with the variables that hold and move them. */
export interface Codebook {
  readonly quantizer: Quantizer;
  /** Variables for the model's `state`. */
  readonly state: Readonly<Record<string, tf.Variable>>;
  /** Networks for the model's `networks`, which its objective moves. */
  readonly networks: Readonly<Record<string, tf.LayersModel>>;
  /** For each table, perplexity and share of codes in use over the last hundred batches or so: `[tables, 2]`. */
  health(): tf.Tensor2D;
  /** Quantises `[batch, …, dim]` as a loss does. With `step.training` the codes' statistics are moved. */
  quantize(vectors: tf.Tensor, step?: StepContext): Quantized;
  /** The vectors of code numbers: `[batch, …, codesPerVector]` → `[batch, …, dim]`. */
  embed(codes: tf.Tensor): tf.Tensor;
  /** Sets the codes by the first batch that is trained on, where they are to be set so and have not been: for `Objective.first`. */
  first?(vectors: tf.Tensor, step: StepContext): void;
  /** What is done to codes that an optimiser moves: for `Objective.after`. */
  after?(): void;
}
