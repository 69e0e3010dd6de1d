import * as tf from "@tensorflow/tfjs";

/**
 * Maps rows to images a few at a time and joins the results, so that a large sheet needs the networks' memory for a small one.
 * Frees what it made when `map` throws.
 */
export function inChunks(rows: tf.Tensor, map: (rows: tf.Tensor, start: number) => tf.Tensor, chunk = 64): tf.Tensor {
  const parts: tf.Tensor[] = [];
  const count = rows.shape[0]!;
  try {
    for (let start = 0; start < count; start += chunk) {
      parts.push(tf.tidy(() => map(tf.slice(rows, start, Math.min(chunk, count - start)), start)));
    }
    return tf.concat(parts, 0);
  } finally {
    tf.dispose(parts);
  }
}
