import { random } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "../array-dataset.js";
import { store } from "../internal/store.js";

/** Batches of points with the mode that each was drawn from: `x` float32 `[batch, 2]`, `label` int32 `[batch]`. */
export type MixtureBatch = Readonly<{ x: tf.Tensor2D; label: tf.Tensor1D }>;

/** The mixture that points were drawn from. */
export interface MixtureInfo {
  /** Centre of each mode: `[modes][2]`. */
  readonly centres: readonly (readonly number[])[];
  /** Standard deviation of every mode in each direction. */
  readonly deviation: number;
}

/** Draws points from Gaussian modes of equal weight and equal deviation. */
export function mixture(
  owner: string,
  { centres, deviation }: MixtureInfo,
  { count, seed }: { readonly count: number; readonly seed: number },
): ArrayDataset<MixtureBatch, MixtureInfo> {
  const stream = random(seed).stream(owner);
  const choices = stream.fillWords(new Uint32Array(count));
  const values = stream.fillNormal(new Float32Array(2 * count));
  const labels = Int32Array.from(choices, (word) => Math.floor((word / 2 ** 32) * centres.length));
  for (let i = 0; i < values.length; i++) values[i] = centres[labels[i >> 1]!]![i & 1]! + deviation * values[i]!;
  const fields = {
    x: { values, shape: [2], dtype: "float32", scale: 1 },
    label: { values: labels, shape: [], dtype: "int32", scale: 1 },
  } as const;
  return store<MixtureBatch, MixtureInfo>(owner, fields, { centres, deviation });
}
