/** Rows of a tile of the product. */
export const MR: i32 = 4;
/** Columns of a tile of the product. */
export const NR: i32 = 8;

/** Transposes a 4×4 block: lane r of the k-th output is lane k of row r. */
// @ts-ignore: decorator
@inline
function store4x4(to: usize, step: usize, r0: v128, r1: v128, r2: v128, r3: v128): void {
  const low01 = i8x16.shuffle(r0, r1, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const high01 = i8x16.shuffle(r0, r1, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  const low23 = i8x16.shuffle(r2, r3, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const high23 = i8x16.shuffle(r2, r3, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  v128.store(to, i64x2.shuffle(low01, low23, 0, 2));
  v128.store(to + step, i64x2.shuffle(low01, low23, 1, 3));
  v128.store(to + 2 * step, i64x2.shuffle(high01, high23, 0, 2));
  v128.store(to + 3 * step, i64x2.shuffle(high01, high23, 1, 3));
}

/**
 * Copies a matrix into panels of `width` rows, `depth` deep: element (r, k) of a panel lies at `k · width + r`. Rows that
 * are missing in the last panel are zeros. Element (r, k) of the source lies at `from + r · rowStep + k · step` floats.
 */
export function packPanels(
  to: usize,
  from: usize,
  rows: i32,
  depth: i32,
  rowStep: i32,
  step: i32,
  width: i32,
): void {
  const panelBytes = <usize>(depth * width) << 2;
  for (let row = 0; row < rows; row += width, to += panelBytes) {
    const source = from + (<usize>(row * rowStep) << 2);
    const count = min(width, rows - row);
    if (count == width && rowStep == 1) packContiguous(to, source, depth, step, width);
    else if (count == width && step == 1) packRows(to, source, depth, rowStep, width);
    else packAny(to, source, count, depth, rowStep, step, width);
  }
}

function packContiguous(to: usize, from: usize, depth: i32, step: i32, width: i32): void {
  const bytes = <usize>step << 2;
  if (width == MR) {
    for (let k = 0; k < depth; k++, to += 16, from += bytes) v128.store(to, v128.load(from));
  } else {
    for (let k = 0; k < depth; k++, to += 32, from += bytes) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    }
  }
}

function packRows(to: usize, from: usize, depth: i32, rowStep: i32, width: i32): void {
  const bytes = <usize>rowStep << 2;
  const line = <usize>width << 2;
  for (let group = 0; group < width; group += 4) {
    let source = from + <usize>group * bytes;
    let target = to + (<usize>group << 2);
    let k = 0;
    for (; k + 4 <= depth; k += 4, source += 16, target += 4 * line) {
      const r0 = v128.load(source);
      const r1 = v128.load(source + bytes);
      const r2 = v128.load(source + 2 * bytes);
      const r3 = v128.load(source + 3 * bytes);
      store4x4(target, line, r0, r1, r2, r3);
    }
    for (; k < depth; k++, source += 4, target += line) {
      for (let r: usize = 0; r < 4; r++) store<f32>(target + (r << 2), load<f32>(source + r * bytes));
    }
  }
}

function packAny(to: usize, from: usize, count: i32, depth: i32, rowStep: i32, step: i32, width: i32): void {
  for (let k = 0; k < depth; k++) {
    const source = from + (<usize>(k * step) << 2);
    for (let r = 0; r < width; r++, to += 4) {
      store<f32>(to, r < count ? load<f32>(source + (<usize>(r * rowStep) << 2)) : 0);
    }
  }
}
