import { addTo, clear, copyTo } from "./copy";

// Rows that are added up before their sum joins the total, so that rounding errors grow with the root of the count.
const BLOCK: i32 = 128;

/**
 * Sums the middle axis, times `scale`: `[outer, size, inner]` gives `[outer, inner]`. `scratch` has room for one row.
 */
export function sum(x: usize, y: usize, outer: i32, size: i32, inner: i32, scale: f32, scratch: usize): void {
  const bytes = <usize>inner << 2;
  if (inner == 1 && size >= 2 && size <= 4) {
    sumFew(x, y, outer, size, scale);
    return;
  }
  for (let o = 0; o < outer; o++, y += bytes) {
    if (inner == 1) {
      store<f32>(y, total(x, size) * scale);
      x += <usize>size << 2;
      continue;
    }
    clear(y, bytes);
    for (let row = 0; row < size; row += BLOCK) {
      clear(scratch, bytes);
      for (let count = min(BLOCK, size - row); count > 0; count--, x += bytes) addTo(scratch, x, bytes);
      addTo(y, scratch, bytes);
    }
    if (scale != 1) for (let at = y; at < y + bytes; at += 4) store<f32>(at, load<f32>(at) * scale);
  }
}

/** Sums of rows of two, three or four values. */
function sumFew(x: usize, y: usize, rows: i32, size: i32, scale: f32): void {
  const end = y + (<usize>rows << 2);
  if (size == 2) {
    for (; y < end; x += 8, y += 4) store<f32>(y, (load<f32>(x) + load<f32>(x, 4)) * scale);
  } else if (size == 3) {
    for (; y < end; x += 12, y += 4) store<f32>(y, (load<f32>(x) + load<f32>(x, 4) + load<f32>(x, 8)) * scale);
  } else {
    for (; y < end; x += 16, y += 4) {
      store<f32>(y, (load<f32>(x) + load<f32>(x, 4) + (load<f32>(x, 8) + load<f32>(x, 12))) * scale);
    }
  }
}

function total(x: usize, size: i32): f32 {
  if (size < 8) {
    let few: f32 = 0;
    for (const end = x + (<usize>size << 2); x < end; x += 4) few += load<f32>(x);
    return few;
  }
  let all: f64 = 0;
  while (size > 0) {
    const count = min(1024, size);
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
    let i = 0;
    for (; i + 8 <= count; i += 8, x += 32) {
      s0 = f32x4.add(s0, v128.load(x));
      s1 = f32x4.add(s1, v128.load(x, 16));
    }
    s0 = f32x4.add(s0, s1);
    let part = f32x4.extract_lane(s0, 0) + f32x4.extract_lane(s0, 1) + f32x4.extract_lane(s0, 2) + f32x4.extract_lane(s0, 3);
    for (; i < count; i++, x += 4) part += load<f32>(x);
    all += part;
    size -= count;
  }
  return <f32>all;
}

/** Running sums along the middle axis of `[outer, size, inner]`, from its end when `reverse`. */
export function cumulativeSum(
  x: usize, y: usize,
  outer: i32, size: i32, inner: i32,
  exclusive: bool, reverse: bool,
): void {
  const step = <usize>inner << 2;
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let at = <usize>(o * size * inner + i) << 2;
      if (reverse) at += <usize>(size - 1) * step;
      let running: f32 = 0;
      for (let k = 0; k < size; k++) {
        const value = load<f32>(x + at);
        store<f32>(y + at, exclusive ? running : running + value);
        running += value;
        at = reverse ? at - step : at + step;
      }
    }
  }
}

/** The smallest or largest values along the middle axis of `[outer, size, inner]`; NaN where there is one. */
export function extremes(x: usize, y: usize, outer: i32, size: i32, inner: i32, largest: bool): void {
  const bytes = <usize>inner << 2;
  for (let o = 0; o < outer; o++, y += bytes) {
    if (inner == 1) {
      store<f32>(y, extreme(x, size, largest));
      x += <usize>size << 2;
      continue;
    }
    copyTo(y, x, bytes);
    x += bytes;
    for (let row = 1; row < size; row++, x += bytes) {
      let i: usize = 0;
      for (; i + 16 <= bytes; i += 16) {
        const a = v128.load(y + i), b = v128.load(x + i);
        v128.store(y + i, largest ? f32x4.max(a, b) : f32x4.min(a, b));
      }
      for (; i < bytes; i += 4) {
        const a = load<f32>(y + i), b = load<f32>(x + i);
        store<f32>(y + i, largest ? max<f32>(a, b) : min<f32>(a, b));
      }
    }
  }
}

function extreme(x: usize, size: i32, largest: bool): f32 {
  let best = load<f32>(x);
  let i = 0;
  if (size >= 4) {
    let four = v128.load(x);
    for (i = 4; i + 4 <= size; i += 4) {
      const next = v128.load(x + (<usize>i << 2));
      four = largest ? f32x4.max(four, next) : f32x4.min(four, next);
    }
    const a = f32x4.extract_lane(four, 0), b = f32x4.extract_lane(four, 1);
    const c = f32x4.extract_lane(four, 2), d = f32x4.extract_lane(four, 3);
    best = largest ? max<f32>(max<f32>(a, b), max<f32>(c, d)) : min<f32>(min<f32>(a, b), min<f32>(c, d));
  }
  for (; i < size; i++) {
    const next = load<f32>(x + (<usize>i << 2));
    best = largest ? max<f32>(best, next) : min<f32>(best, next);
  }
  return best;
}
