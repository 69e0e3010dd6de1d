import { madd } from "./madd";

/** Depth up to which, with as few columns as {@link FEW}, laying operands out in panels costs more than it gains. */
export const THIN: i32 = 32;
/** Columns, or depth, for which it does. */
export const FEW: i32 = 8;

/** C = A·B for few products a sum, from where the operands lie: rows of A and of B are without gaps. */
export function thin(m: i32, n: i32, k: i32, a: usize, aRow: i32, b: usize, bStep: i32, c: usize, ldc: i32): void {
  const rowA = <usize>aRow << 2, stepB = <usize>bStep << 2, rowC = <usize>ldc << 2;
  let i = 0;
  for (; i + 4 <= m; i += 4, a += 4 * rowA, c += 4 * rowC) {
    let j = 0;
    for (; j + 4 <= n; j += 4) fourRows(k, a, rowA, b + (<usize>j << 2), stepB, c + (<usize>j << 2), rowC);
    for (; j < n; j++) {
      for (let r: usize = 0; r < 4; r++) one(k, a + r * rowA, b + (<usize>j << 2), stepB, c + r * rowC + (<usize>j << 2));
    }
  }
  for (; i < m; i++, a += rowA, c += rowC) {
    let j = 0;
    for (; j + 4 <= n; j += 4) oneRow(k, a, b + (<usize>j << 2), stepB, c + (<usize>j << 2));
    for (; j < n; j++) one(k, a, b + (<usize>j << 2), stepB, c + (<usize>j << 2));
  }
}

// @ts-ignore: decorator
@inline
function fourRows(k: i32, a: usize, rowA: usize, b: usize, stepB: usize, c: usize, rowC: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  for (const end = a + (<usize>k << 2); a < end; a += 4, b += stepB) {
    const values = v128.load(b);
    c0 = madd(v128.load32_splat(a), values, c0);
    c1 = madd(v128.load32_splat(a + rowA), values, c1);
    c2 = madd(v128.load32_splat(a + 2 * rowA), values, c2);
    c3 = madd(v128.load32_splat(a + 3 * rowA), values, c3);
  }
  v128.store(c, c0);
  v128.store(c + rowC, c1);
  v128.store(c + 2 * rowC, c2);
  v128.store(c + 3 * rowC, c3);
}

// @ts-ignore: decorator
@inline
function oneRow(k: i32, a: usize, b: usize, stepB: usize, c: usize): void {
  let sum = f32x4.splat(0);
  for (const end = a + (<usize>k << 2); a < end; a += 4, b += stepB) sum = madd(v128.load32_splat(a), v128.load(b), sum);
  v128.store(c, sum);
}

// @ts-ignore: decorator
@inline
function one(k: i32, a: usize, b: usize, stepB: usize, c: usize): void {
  let sum: f32 = 0;
  for (const end = a + (<usize>k << 2); a < end; a += 4, b += stepB) sum += load<f32>(a) * load<f32>(b);
  store<f32>(c, sum);
}
