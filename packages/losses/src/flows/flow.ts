import type { Json } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";

/** Codes that a flow has moved, and by how much it stretched space where they were. */
export type FlowPass = {
  /** `[rows, latentDim]`. */
  readonly z: tf.Tensor2D;
  /** log |det ∂z′/∂z| of the move that was made: `[rows]`, in nats. */
  readonly logDeterminant: tf.Tensor1D;
};

/**
 * A smooth map of codes that can be undone, with the determinant of its Jacobian: it turns a density that is known into another,
 * log p(f(z)) = log p(z) − log |det ∂f/∂z|.
 */
export interface Flow {
  /** Names the flow in files. */
  readonly name: string;
  readonly latentDim: number;
  /** Width of what the flow is told of each example; absent where it moves all examples alike. */
  readonly contextDim?: number;
  /** Networks that it is made of: models with it train, save and free them. */
  readonly networks?: Readonly<Record<string, tf.LayersModel>>;
  /** From noise to codes. `context` is `[rows, contextDim]`. */
  forward(z: tf.Tensor2D, context?: tf.Tensor2D): FlowPass;
  /** From codes to noise: undoes {@link Flow.forward}; its determinant is the other's inverse. */
  inverse(z: tf.Tensor2D, context?: tf.Tensor2D): FlowPass;
  /** Its form in files; nothing for one that files cannot hold. */
  toJSON(): Json | undefined;
}
