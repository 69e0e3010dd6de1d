import { clear } from "./copy";
import { narrow, NARROW } from "./direct-narrow";
import { madd } from "./madd";
import { MR, NR, packPanels } from "./pack";
import { FEW, THIN, thin } from "./thin";
import { setWindow } from "./window";

// Blocks that keep a panel of B in the first-level cache, A's block in the second and B's in the third.
const DEPTH: i32 = 256;
const ROWS: i32 = 128;
const COLUMNS: i32 = 512;
/** Depth of the products with few columns whose second operand fits into the working memory as one panel. */
const TALLEST: i32 = DEPTH * (ROWS + COLUMNS) / NARROW;
const TILE_BYTES: usize = <usize>(MR * NR) << 2;

/** Bytes of working memory that {@link gemm} needs. */
export function gemmScratch(): usize {
  return TILE_BYTES + (<usize>(DEPTH * (ROWS + COLUMNS)) << 2);
}

/**
 * C = A·B, or C += A·B: `[m, n]` from `[m, k]` and `[k, n]`, float32. Steps are in floats, so that a transposed operand is
 * one with its two steps exchanged; rows of C are `ldc` floats apart.
 *
 * Source: Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008, section 4.
 */
export function gemm(
  m: i32, n: i32, k: i32,
  a: usize, aRow: i32, aStep: i32,
  b: usize, bStep: i32, bColumn: i32,
  c: usize, ldc: i32,
  accumulate: bool,
  scratch: usize,
): void {
  // A sum of no products.
  if (k == 0 && !accumulate) for (let i = 0; i < m; i++) clear(c + (<usize>(i * ldc) << 2), <usize>n << 2);
  if (k <= THIN && (k <= FEW || n <= FEW) && !accumulate && aStep == 1 && bColumn == 1) {
    thin(m, n, k, a, aRow, b, bStep, c, ldc);
    return;
  }
  if (n <= NARROW && k <= TALLEST && !accumulate && aStep == 1) {
    packPanels(scratch, b, n, k, bColumn, bStep, NARROW);
    setWindow(1, 1, k, 0, 0, <usize>aRow << 2, <usize>ldc << 2);
    narrow(a, scratch, c, 0, m, n);
    return;
  }
  const tile = scratch;
  const packedA = tile + TILE_BYTES;
  const packedB = packedA + (<usize>(DEPTH * ROWS) << 2);
  for (let column = 0; column < n; column += COLUMNS) {
    const columns = min(COLUMNS, n - column);
    for (let at = 0; at < k; at += DEPTH) {
      const depth = min(DEPTH, k - at);
      const add = accumulate || at > 0;
      packPanels(packedB, b + (<usize>(at * bStep + column * bColumn) << 2), columns, depth, bColumn, bStep, NR);
      for (let row = 0; row < m; row += ROWS) {
        const rows = min(ROWS, m - row);
        packPanels(packedA, a + (<usize>(row * aRow + at * aStep) << 2), rows, depth, aRow, aStep, MR);
        block(rows, columns, depth, packedA, packedB, c + (<usize>(row * ldc + column) << 2), ldc, add, tile);
      }
    }
  }
}

/** {@link gemm} for `count` products whose operands and results lie a fixed number of floats apart. */
export function gemmBatch(
  count: i32, nextA: i32, nextB: i32, nextC: i32,
  m: i32, n: i32, k: i32,
  a: usize, aRow: i32, aStep: i32,
  b: usize, bStep: i32, bColumn: i32,
  c: usize, scratch: usize,
): void {
  for (; count > 0; count--) {
    gemm(m, n, k, a, aRow, aStep, b, bStep, bColumn, c, n, false, scratch);
    a += <usize>nextA << 2; b += <usize>nextB << 2; c += <usize>nextC << 2;
  }
}

function block(
  rows: i32, columns: i32, depth: i32,
  packedA: usize, packedB: usize,
  c: usize, ldc: i32,
  add: bool,
  tile: usize,
): void {
  const bytesA = <usize>(depth * MR) << 2;
  const bytesB = <usize>(depth * NR) << 2;
  for (let j = 0; j < columns; j += NR, packedB += bytesB) {
    let panelA = packedA;
    const width = min(NR, columns - j);
    for (let i = 0; i < rows; i += MR, panelA += bytesA) {
      const height = min(MR, rows - i);
      const to = c + (<usize>(i * ldc + j) << 2);
      if (width == NR && height == MR) micro(depth, panelA, packedB, to, <usize>ldc << 2, add);
      else {
        micro(depth, panelA, packedB, tile, <usize>NR << 2, false);
        copyTile(tile, to, height, width, ldc, add);
      }
    }
  }
}

function copyTile(tile: usize, to: usize, height: i32, width: i32, ldc: i32, add: bool): void {
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const target = to + (<usize>(i * ldc + j) << 2);
      const value = load<f32>(tile + (<usize>(i * NR + j) << 2));
      store<f32>(target, add ? load<f32>(target) + value : value);
    }
  }
}

/** One 4×8 tile: eight accumulators stay in registers over the whole depth. */
function micro(depth: i32, a: usize, b: usize, c: usize, ldc: usize, add: bool): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  for (const end = b + (<usize>depth << 5); b < end; a += 16, b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let s = v128.load32_splat(a);
    c00 = madd(s, b0, c00);
    c01 = madd(s, b1, c01);
    s = v128.load32_splat(a, 4);
    c10 = madd(s, b0, c10);
    c11 = madd(s, b1, c11);
    s = v128.load32_splat(a, 8);
    c20 = madd(s, b0, c20);
    c21 = madd(s, b1, c21);
    s = v128.load32_splat(a, 12);
    c30 = madd(s, b0, c30);
    c31 = madd(s, b1, c31);
  }
  put(c, c00, c01, add);
  put(c + ldc, c10, c11, add);
  put(c + 2 * ldc, c20, c21, add);
  put(c + 3 * ldc, c30, c31, add);
}

// @ts-ignore: decorator
@inline
function put(to: usize, left: v128, right: v128, add: bool): void {
  if (add) {
    left = f32x4.add(v128.load(to), left);
    right = f32x4.add(v128.load(to, 16), right);
  }
  v128.store(to, left);
  v128.store(to, right, 16);
}
