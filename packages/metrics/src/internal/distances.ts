import * as tf from "@tensorflow/tfjs";

/** Squared distances between consecutive rows of two matrices. */
export interface DistanceBlock {
  /** `[rows, columns]`, row after row. */
  readonly squares: ArrayLike<number>;
  readonly firstRow: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly columns: number;
}

/** Sides of a block: 2 MB of distances at a time. */
const [ROWS, COLUMNS] = [256, 2048];

/**
 * Visits the squared Euclidean distances between all rows of `query` `[n, size]` and `reference` `[m, size]` in blocks, so
 * that memory does not grow with n · m.
 *
 * ‖q − r‖² = ‖q‖² + ‖r‖² − 2 q·r is one matrix product; both are moved by the reference's mean first, since the sum loses
 * digits when rows lie far from the origin.
 */
export async function eachDistanceBlock(
  query: tf.Tensor2D,
  reference: tf.Tensor2D,
  visit: (block: DistanceBlock) => void,
): Promise<void> {
  const [n, m] = [query.shape[0], reference.shape[0]];
  const [center, squares] = tf.tidy(() => {
    const middle = tf.mean(reference, 0);
    return [middle, tf.sum(tf.square(tf.sub(reference, middle)), 1)];
  }) as [tf.Tensor1D, tf.Tensor1D];
  try {
    for (let firstRow = 0; firstRow < n; firstRow += ROWS) {
      const rows = Math.min(ROWS, n - firstRow);
      for (let firstColumn = 0; firstColumn < m; firstColumn += COLUMNS) {
        const columns = Math.min(COLUMNS, m - firstColumn);
        const block = tf.tidy(() => {
          const q = tf.sub(tf.slice(query, firstRow, rows), center) as tf.Tensor2D;
          const r = tf.sub(tf.slice(reference, firstColumn, columns), center) as tf.Tensor2D;
          const norms = tf.add(tf.sum(tf.square(q), 1, true), tf.slice(squares, firstColumn, columns)); // [rows, columns]
          return tf.relu(tf.sub(norms, tf.mul(2, tf.matMul(q, r, false, true))));
        });
        visit({ squares: await block.data(), firstRow, rows, firstColumn, columns });
        block.dispose();
      }
    }
  } finally {
    tf.dispose([center, squares]);
  }
}

/**
 * Squared distances of each row of `query` to its `count` nearest rows of `reference`, ascending: `[n, count]`.
 *
 * @param itself - True when both are the same set: a row is then no neighbour of itself (a duplicate still is).
 */
export async function nearestDistances(
  query: tf.Tensor2D,
  reference: tf.Tensor2D,
  count: number,
  itself = false,
): Promise<Float64Array> {
  const nearest = new Float64Array(query.shape[0] * count).fill(Number.POSITIVE_INFINITY);
  await eachDistanceBlock(query, reference, ({ squares, firstRow, rows, firstColumn, columns }) => {
    for (let row = 0; row < rows; row++) {
      const last = (firstRow + row + 1) * count - 1;
      for (let column = 0; column < columns; column++) {
        const square = squares[row * columns + column]!;
        if (square >= nearest[last]! || (itself && firstColumn + column === firstRow + row)) continue;
        let at = last;
        for (; at > last - count + 1 && nearest[at - 1]! > square; at--) nearest[at] = nearest[at - 1]!;
        nearest[at] = square;
      }
    }
  });
  return nearest;
}
