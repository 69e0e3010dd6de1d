import type { Steps } from "./breathing.js";
import { tridiagonalize } from "./tridiagonalize.js";

/** Eigenvalues of a symmetric matrix, descending, and the unit eigenvector of each. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** Row after row, in the order of the values; empty unless asked for. */
  readonly vectors: Float64Array;
}

/** Sweeps after which a value is taken as it is, within the rounding of the whole matrix. */
const PATIENCE = 30;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix in double precision, in steps: 784² take seconds, which no one should have to
 * wait for at a stretch.
 *
 * Householder reflections to a tridiagonal matrix, then QL with implicit shifts, whose rotations run along rows.
 *
 * Source: Golub and Van Loan, "Matrix Computations", 4th edition, 2013, algorithms 8.3.1 and 8.3.3.
 *
 * @param matrix - `size`² finite numbers, row after row; what is above the diagonal is not read.
 * @param vectors - Whether eigenvectors are wanted, which take most of the time.
 */
export function* symmetricEigen(matrix: Float64Array, size: number, vectors = true): Steps<SymmetricEigen> {
  const { diagonal, off, rows } = yield* tridiagonalize(matrix, size, vectors);
  let norm = 0;
  for (let i = 0; i < size; i++) norm = Math.max(norm, Math.abs(diagonal[i]!) + Math.abs(off[i]!));
  for (let first = 0; first < size; first++) {
    for (let sweep = 0; ; sweep++) {
      const last = endOfBlock(diagonal, off, first, sweep < PATIENCE ? Number.EPSILON * norm : norm);
      if (last === first) break;
      rotate(diagonal, off, rows, size, first, last);
      yield;
    }
  }
  const order = Array.from({ length: size }, (_, i) => i).sort((a, b) => diagonal[b]! - diagonal[a]!);
  const sorted = new Float64Array(rows.length);
  if (vectors) {
    for (const [to, from] of order.entries()) sorted.set(rows.subarray(from * size, (from + 1) * size), to * size);
  }
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors: sorted };
}

/** The first place from `first` on whose off-diagonal value is nothing beside its neighbours. */
function endOfBlock(diagonal: Float64Array, off: Float64Array, first: number, floor: number): number {
  let at = first;
  for (; at < diagonal.length - 1; at++) {
    const beside = Math.max(Math.abs(diagonal[at]!) + Math.abs(diagonal[at + 1]!), floor);
    if (Math.abs(off[at]!) <= Number.EPSILON * beside) break;
  }
  return at;
}

/** One implicit QL sweep over the block from `first` to `last`. */
function rotate(
  diagonal: Float64Array,
  off: Float64Array,
  rows: Float64Array,
  size: number,
  first: number,
  last: number,
): void {
  const slope = (diagonal[first + 1]! - diagonal[first]!) / (2 * off[first]!);
  const length = Math.hypot(slope, 1);
  let g = diagonal[last]! - diagonal[first]! + off[first]! / (slope + (slope < 0 ? -length : length));
  let [sine, cosine, moved] = [1, 1, 0];
  for (let i = last - 1; i >= first; i--) {
    const [f, b] = [sine * off[i]!, cosine * off[i]!];
    const r = Math.hypot(f, g);
    off[i + 1] = r;
    if (r === 0) {
      diagonal[i + 1]! -= moved;
      off[last] = 0;
      return;
    }
    [sine, cosine] = [f / r, g / r];
    g = diagonal[i + 1]! - moved;
    const turn = (diagonal[i]! - g) * sine + 2 * cosine * b;
    moved = sine * turn;
    diagonal[i + 1] = g + moved;
    g = cosine * turn - b;
    if (rows.length > 0) rotateRows(rows, i * size, size, sine, cosine);
  }
  diagonal[first]! -= moved;
  off[first] = g;
  off[last] = 0;
}

function rotateRows(rows: Float64Array, at: number, size: number, sine: number, cosine: number): void {
  for (let k = at; k < at + size; k++) {
    const [upper, lower] = [rows[k]!, rows[k + size]!];
    rows[k + size] = sine * upper + cosine * lower;
    rows[k] = cosine * upper - sine * lower;
  }
}
