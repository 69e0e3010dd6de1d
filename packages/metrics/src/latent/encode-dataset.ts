import type { Encodes } from "@latentkit/core";
import { checkShape, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkModel } from "../internal/check-model.js";
import { type BatchPlan, type Examples, eachBatch } from "../internal/each-batch.js";
import { type ReadingOptions, reading } from "../internal/options.js";

/** Options of {@link encodeDataset}. */
export type EncodeDatasetOptions = ReadingOptions;

/** Codes of a dataset, and the labels that its batches carried. The caller disposes both. */
export interface EncodedDataset {
  /** `[n, latentDim]`. */
  readonly codes: tf.Tensor2D;
  /** `[n]` int32; absent when the data have no labels. */
  readonly labels?: tf.Tensor1D;
}

/**
 * Encodes a dataset: what {@link linearProbe} learns from and scatter plots show.
 *
 * **Memory**: the codes and one batch.
 *
 * @param data - A dataset, whose batches may carry `label` and hold the conditions of a conditional model, or a tensor `[n, …]`.
 * @throws ConfigError for options out of range; DataError for no examples; ShapeError when codes are not `[batch, latentDim]`.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { encodeDataset } from "@latentkit/metrics";
 * const model = { latentDim: 2, encode: (x: tf.Tensor) => tf.slice(x, [0, 0], [-1, 2]) as tf.Tensor2D };
 * const { codes } = await encodeDataset(model, tf.zeros([10, 5])); // [10, 2]
 * ```
 */
export async function encodeDataset(
  model: Encodes,
  data: Examples,
  options: EncodeDatasetOptions = {},
): Promise<EncodedDataset> {
  const owner = "encodeDataset";
  const plan = resolveOptions(owner, reading(128), options);
  return encodeExamples(owner, model, data, plan);
}

/** {@link encodeDataset} for other measures, in their own name and order. */
export async function encodeExamples(
  owner: string,
  model: Encodes,
  data: Examples,
  plan: Omit<BatchPlan, "model">,
): Promise<EncodedDataset> {
  checkModel(owner, model, "encode", "latentDim");
  const codes: tf.Tensor2D[] = [];
  const labels: tf.Tensor1D[] = [];
  try {
    await eachBatch(owner, data, { ...plan, model }, ({ x, given, batch, size }) => {
      const code = model.encode(x, given);
      codes.push(code);
      checkShape(owner, "model.encode(x)", code.shape, [size, model.latentDim]);
      if (batch.label === undefined) return;
      checkShape(owner, "label", batch.label.shape, [size]);
      labels.push(tf.cast(batch.label as tf.Tensor1D, "int32"));
    });
    const all = tf.concat(codes, 0);
    return labels.length === codes.length ? { codes: all, labels: tf.concat(labels, 0) } : { codes: all };
  } finally {
    tf.dispose([codes, labels]);
  }
}
