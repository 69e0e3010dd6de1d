import * as tf from "@tensorflow/tfjs";

/** Rows of a block that a function is computed for, and how many of them were asked for. */
export interface RowBlock {
  readonly start: number;
  readonly count: number;
  /** Rows of the block, `count` or more. */
  readonly size: number;
}

/**
 * Cuts rows into blocks. Where each size is compiled by itself there are three of them, 1, 16, and `largest`, and a block with more
 * rows than are left is filled up.
 */
export function rowBlocks(rows: number, largest: number, compiled: boolean): RowBlock[] {
  const sizes = [1, Math.min(16, largest), largest];
  const blocks: RowBlock[] = [];
  for (let start = 0; start < rows; ) {
    const count = Math.min(largest, rows - start);
    blocks.push({ start, count, size: compiled ? sizes.find((size) => size >= count)! : count });
    start += count;
  }
  return blocks;
}

/** The rows of a block; the last one again where the block has more. */
export function blockOf(rows: tf.Tensor, { start, count, size }: RowBlock): tf.Tensor {
  return tf.tidy(() => {
    const own = tf.slice(rows, start, count);
    if (size === count) return own;
    const last = tf.slice(rows, start + count - 1, 1);
    return tf.concat([own, tf.tile(last, [size - count, ...rows.shape.slice(1).map(() => 1)])]);
  });
}
