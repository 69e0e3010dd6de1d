import { DataError } from "@latentkit/core";
import { checkTensor, flag, resolveOptions, sizeOf } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "./array-dataset.js";
import type { StoredField } from "./internal/field.js";
import { checkOptions } from "./internal/options.js";
import { refuseNonFinite, store } from "./internal/store.js";

/** Options of {@link fromTensors} and {@link fromArrays}. */
export interface FromOptions {
  /** Refuse NaN and infinite values. Default true. */
  readonly finite?: boolean;
}

const OPTIONS = { finite: flag({ default: true }) };

/** The batches of a dataset made from these tensors. */
export type TensorBatch<T extends Readonly<Record<string, tf.Tensor>>> = {
  readonly [K in keyof T]: T[K] extends tf.Tensor<infer R> ? tf.Tensor<R> : never;
};

/**
 * A dataset of the rows of tensors.
 *
 * The values are copied to the host; the tensors stay the caller's.
 *
 * **Shapes** `[examples, …]` each, with the same number of examples. Booleans become float32.
 *
 * @throws DataError when the data is empty, the lengths differ, or a value is NaN or infinite.
 * @example
 * ```ts
 * import { fromTensors } from "@latentkit/data";
 * import * as tf from "@tensorflow/tfjs";
 * const data = await fromTensors({ x: tf.zeros([100, 2]), label: tf.zeros([100], "int32") });
 * ```
 */
export async function fromTensors<T extends Readonly<Record<string, tf.Tensor>>>(
  tensors: T,
  options: FromOptions = {},
): Promise<ArrayDataset<TensorBatch<T>>> {
  const { finite } = resolveOptions("fromTensors", OPTIONS, options);
  checkOptions("fromTensors", tensors, "tensors");
  const fields: Record<string, StoredField> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    checkTensor("fromTensors", name, tensor);
    if (tensor.rank === 0 || !["float32", "int32", "bool"].includes(tensor.dtype)) {
      throw new DataError(
        `fromTensors: expected '${name}' to be a float32, int32 or bool tensor [examples, …], received ${tensor.dtype} [${tensor.shape.join(", ")}].`,
      );
    }
    const shape = tensor.shape.slice(1);
    const values = (await tensor.data()).slice() as StoredField["values"];
    const dtype = tensor.dtype === "int32" ? "int32" : "float32";
    if (dtype === "float32" && finite) refuseNonFinite("fromTensors", name, values, sizeOf(shape));
    fields[name] = { values, shape, dtype, scale: 1 };
  }
  return store<TensorBatch<T>>("fromTensors", fields, undefined);
}
