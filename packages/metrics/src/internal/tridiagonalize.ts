import type { Steps } from "./breathing.js";

/** A tridiagonal matrix T = QᵀAQ, and Qᵀ. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** Beside the diagonal; the last one is 0. */
  readonly off: Float64Array;
  /** Qᵀ, row after row; empty unless asked for. */
  readonly rows: Float64Array;
}

/**
 * Reduces a symmetric matrix to a tridiagonal one by Householder reflections, one step a column.
 *
 * Source: Golub and Van Loan, "Matrix Computations", 4th edition, 2013, algorithm 8.3.1.
 */
export function* tridiagonalize(matrix: Float64Array, size: number, vectors: boolean): Steps<Tridiagonal> {
  const a = matrix.slice();
  const [diagonal, off] = [new Float64Array(size), new Float64Array(size)];
  const reflections: (Float64Array | undefined)[] = [];
  for (let k = 0; k < size; k++) {
    diagonal[k] = a[k * size + k]!;
    if (k < size - 2) reflections.push(reflect(a, size, k, off));
    else if (k === size - 2) off[k] = a[(k + 1) * size + k]!;
    yield;
  }
  if (!vectors) return { diagonal, off, rows: new Float64Array(0) };

  const rows = new Float64Array(size * size);
  for (let i = 0; i < size; i++) rows[i * size + i] = 1;
  for (let k = reflections.length - 1; k >= 0; k--) {
    const v = reflections[k];
    // Rows up to k are still those of the identity, and v is 0 there.
    for (let row = k + 1; v !== undefined && row < size; row++) {
      let sum = 0;
      for (let j = k + 1; j < size; j++) sum += rows[row * size + j]! * v[j]!;
      for (let j = k + 1; j < size; j++) rows[row * size + j]! -= sum * v[j]!;
    }
    yield;
  }
  return { diagonal, off, rows };
}

/**
 * Reflects column k below the diagonal onto one value, and the rest of the matrix with it.
 *
 * @returns v with H = I − vvᵀ; nothing when there was nothing to do.
 */
function reflect(a: Float64Array, size: number, k: number, off: Float64Array): Float64Array | undefined {
  let [largest, squares] = [0, 0];
  for (let i = k + 1; i < size; i++) largest = Math.max(largest, Math.abs(a[i * size + k]!));
  if (largest === 0) return undefined;
  const v = new Float64Array(size);
  for (let i = k + 1; i < size; i++) {
    v[i] = a[i * size + k]! / largest;
    squares += v[i]! * v[i]!;
  }
  const norm = v[k + 1]! > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
  off[k] = norm * largest;
  // ‖x − norm·e‖² = 2·(‖x‖² − norm·x₁), so that vvᵀ needs no factor.
  const scale = 1 / Math.sqrt(squares - norm * v[k + 1]!);
  v[k + 1]! -= norm;
  for (let i = k + 1; i < size; i++) v[i]! *= scale;

  // A − v·wᵀ − w·vᵀ with p = Av and w = p − ½(p·v)·v.
  const w = new Float64Array(size);
  let along = 0;
  for (let i = k + 1; i < size; i++) {
    let sum = 0;
    for (let j = k + 1; j < size; j++) sum += a[i * size + j]! * v[j]!;
    w[i] = sum;
    along += sum * v[i]!;
  }
  for (let i = k + 1; i < size; i++) w[i]! -= (along / 2) * v[i]!;
  for (let i = k + 1; i < size; i++) {
    const [vi, wi] = [v[i]!, w[i]!];
    for (let j = k + 1; j < size; j++) a[i * size + j]! -= vi * w[j]! + wi * v[j]!;
  }
  return v;
}
