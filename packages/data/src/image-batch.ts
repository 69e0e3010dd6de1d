import type * as tf from "@tensorflow/tfjs";

/** Batches of labelled images: `x` float32 `[batch, height, width, channels]` in [0, 1], `label` int32 `[batch]`. */
export type ImageBatch = Readonly<{ x: tf.Tensor4D; label: tf.Tensor1D }>;

/** What is known of a dataset of labelled images. */
export interface ImageInfo {
  /** What each class number stands for. */
  readonly classNames: readonly string[];
}
