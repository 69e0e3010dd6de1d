import { Breather } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Sides of a block: 2 MB of distances at a time. */
const [ROWS, COLUMNS] = [256, 2048];

/** Half the distance from 1 to the next number of float32. */
const ROUNDING = 2 ** -24;

/** What a search among pairs looks for. */
export interface PairSearch {
  /** The largest squared distance of the pair that is of interest; −1 for none. May change from pair to pair. */
  limit(row: number, column: number): number;
  /** Takes a pair whose squared distance, in double precision, is not above its limit. */
  visit(row: number, column: number, square: number): void;
}

/**
 * Finds the pairs of rows of `query` `[n, size]` and `reference` `[m, size]` that are close, in blocks, so that memory does not
 * grow with n · m.
 *
 * ‖q − r‖² = ‖q‖² + ‖r‖² − 2 q·r is one fast matrix product in float32, whose digits are gone where rows lie far from the origin
 * and close to each other. So it only sorts out: pairs that its rounding error could bring within their limit are measured again,
 * as Σ(q − r)² in double precision, and that alone counts.
 */
export async function closePairs(
  query: tf.Tensor2D,
  reference: tf.Tensor2D,
  { limit, visit }: PairSearch,
  signal?: AbortSignal,
): Promise<void> {
  const [n, size] = query.shape;
  const m = reference.shape[0];
  const [a, b] = await Promise.all([query.data(), reference.data()]);
  const center = tf.tidy(() => tf.mean(reference, 0));
  const middle = await center.data();
  const [normsA, normsB] = [norms(a, middle), norms(b, middle)];
  // Sums of `size` products are off by at most size·u of their terms' sizes, and those by a few u more.
  const slack = 2 * (size + 8) * ROUNDING;
  const breather = new Breather();
  try {
    for (let firstRow = 0; firstRow < n; firstRow += ROWS) {
      const rows = Math.min(ROWS, n - firstRow);
      for (let firstColumn = 0; firstColumn < m; firstColumn += COLUMNS) {
        const columns = Math.min(COLUMNS, m - firstColumn);
        const products = tf.tidy(() => {
          const q = tf.sub(tf.slice(query, firstRow, rows), center) as tf.Tensor2D;
          const r = tf.sub(tf.slice(reference, firstColumn, columns), center) as tf.Tensor2D;
          return tf.matMul(q, r, false, true);
        });
        const values = await products.data();
        products.dispose();
        for (let i = 0; i < rows; i++) {
          const row = firstRow + i;
          for (let j = 0; j < columns; j++) {
            const column = firstColumn + j;
            const most = limit(row, column);
            const apart = normsA[row]! + normsB[column]!;
            // False for NaN, which an overflow leaves: such a pair is measured.
            if (most < 0 || apart - 2 * values[i * columns + j]! - slack * apart > most) continue;
            const square = squaredDistance(a, row * size, b, column * size, size);
            if (square <= most) visit(row, column, square);
          }
        }
        await breather.pause();
        signal?.throwIfAborted();
      }
    }
  } finally {
    center.dispose();
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
  { itself = false, signal }: { readonly itself?: boolean; readonly signal?: AbortSignal | undefined } = {},
): Promise<Float64Array> {
  const nearest = new Float64Array(query.shape[0] * count).fill(Number.POSITIVE_INFINITY);
  const search: PairSearch = {
    limit: (row, column) => (itself && row === column ? -1 : nearest[(row + 1) * count - 1]!),
    visit(row, _, square) {
      let at = (row + 1) * count - 1;
      for (; at > row * count && nearest[at - 1]! > square; at--) nearest[at] = nearest[at - 1]!;
      nearest[at] = square;
    },
  };
  await closePairs(query, reference, search, signal);
  return nearest;
}

/** ‖row − middle‖² of each row. */
function norms(rows: ArrayLike<number>, middle: ArrayLike<number>): Float64Array {
  const size = middle.length;
  return Float64Array.from({ length: rows.length / size }, (_, i) => squaredDistance(rows, i * size, middle, 0, size));
}

function squaredDistance(a: ArrayLike<number>, atA: number, b: ArrayLike<number>, atB: number, size: number): number {
  let sum = 0;
  for (let k = 0; k < size; k++) {
    const difference = a[atA + k]! - b[atB + k]!;
    sum += difference * difference;
  }
  return sum;
}
