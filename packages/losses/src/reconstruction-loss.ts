import type { Support } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";

/** How far reconstructions are from data, `[batch]`. */
export interface ReconstructionLoss {
  (x: tf.Tensor, reconstruction: tf.Tensor): tf.Tensor;
  /** The data that it means something for. Default any finite ones. */
  readonly support?: Support;
}
