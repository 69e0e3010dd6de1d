import type { Batch, ConditionedBatch, Dataset, EncodesCodes } from "@latentkit/core";
import { DataError } from "@latentkit/core";
import { abortSignal, Breather, check, checkShape, givenOf, integer, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "./array-dataset.js";
import { type FlatField, fromArrays } from "./from-arrays.js";

/** Options of {@link codeDataset}. */
export interface CodeDatasetOptions {
  /** Examples that are encoded at once. Default 128. */
  readonly batchSize?: number;
  /** Ends the encoding with the signal's reason, between two batches. */
  readonly signal?: AbortSignal;
}

const OPTIONS = { batchSize: integer({ min: 1, default: 128 }), signal: abortSignal() };

/**
 * The code numbers of a dataset as a dataset: what a prior over codes is trained on, without encoding each picture again in every pass.
 * Fields beside `x`, such as `label`, are kept. Encodes batch by batch in the data's order, and lets others have a turn between batches.
 *
 * **Shapes** `x` `[batch, …codeShape]`, float32 whole numbers, as models of levels take them. **Memory**: a byte a code up to 256 codes,
 * else four, and one batch.
 *
 * @param model - A model whose codes are whole numbers, such as a `vqVae`.
 * @param data - Data that end.
 * @throws DataError for no examples; ConfigError for what cannot encode, or options out of range; the signal's reason when it ends.
 * @example
 * ```ts
 * import { codeDataset, glyphs } from "@latentkit/data";
 * import { mapDecoder, mapEncoder } from "@latentkit/layers";
 * import { vectorQuantizer } from "@latentkit/losses";
 * import { vqVae } from "@latentkit/vae";
 * const model = vqVae({
 *   encoder: mapEncoder({ inputShape: [28, 28, 1], filters: [4, 4], channels: 2 }),
 *   decoder: mapDecoder({ inputShape: [7, 7, 2], filters: [4, 4], outputShape: [28, 28, 1] }),
 *   quantizer: vectorQuantizer({ codes: 16, dim: 2 }),
 * });
 * const codes = await codeDataset(model, glyphs({ count: 64 })); // 64 examples of x [7, 7, 1], label
 * ```
 */
export async function codeDataset(
  model: EncodesCodes,
  data: Dataset<Batch & { readonly x: tf.Tensor }>,
  options: CodeDatasetOptions = {},
): Promise<ArrayDataset<ConditionedBatch>> {
  const owner = "codeDataset";
  const { batchSize, signal } = resolveOptions(owner, OPTIONS, options);
  const must = check(owner);
  must.that("model", model, typeof model?.encodeCodes === "function", "a model whose codes are whole numbers");
  must.that("data", data, typeof data?.batches === "function", "a dataset, such as mnist() or fromTensors({ x })");
  const parts = new Map<
    string,
    { readonly shape: readonly number[]; readonly chunks: Float32Array[]; dtype: "float32" | "int32" }
  >();
  const breather = new Breather();
  for await (const batch of data.batches({ batchSize })) {
    let codes: tf.Tensor | undefined;
    try {
      codes = model.encodeCodes(batch.x, givenOf(model.given, batch));
      checkShape(owner, "model.encodeCodes(x)", codes.shape, [batch.x.shape[0]!, ...model.codeShape]);
      for (const [name, field] of Object.entries({ ...batch, x: codes })) {
        const dtype = name !== "x" && field.dtype === "int32" ? "int32" : "float32";
        if (!parts.has(name)) parts.set(name, { shape: field.shape.slice(1), chunks: [], dtype });
        parts.get(name)!.chunks.push(Float32Array.from(await field.data()));
      }
    } finally {
      tf.dispose([codes, batch] as never);
    }
    await breather.pause();
    signal?.throwIfAborted();
  }
  if (parts.size === 0) throw new DataError(`${owner}: expected at least one example in \`data\`, received none.`);
  const fields: Record<string, FlatField> = {};
  for (const [name, { shape, chunks, dtype }] of parts) {
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const small = name === "x" && model.codeCount <= 256;
    const values = small
      ? new Uint8Array(length)
      : dtype === "int32"
        ? new Int32Array(length)
        : new Float32Array(length);
    let at = 0;
    for (const chunk of chunks) {
      values.set(chunk, at);
      at += chunk.length;
    }
    fields[name] = { values, shape, dtype };
  }
  return fromArrays(fields) as unknown as ArrayDataset<ConditionedBatch>;
}
