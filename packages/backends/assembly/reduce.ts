import { addTo, clear } from "./copy";

// Rows that are added up before their sum joins the total, so that rounding errors grow with the root of the count.
const BLOCK: i32 = 128;

/**
 * Sums the middle axis, times `scale`: `[outer, size, inner]` gives `[outer, inner]`. `scratch` has room for one row.
 */
export function sum(x: usize, y: usize, outer: i32, size: i32, inner: i32, scale: f32, scratch: usize): void {
  const bytes = <usize>inner << 2;
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

function total(x: usize, size: i32): f32 {
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

// @ts-ignore: decorator
@inline
function extremeTo(largest: bool, to: usize, from: usize, bytes: usize): void {
  const end = from + bytes;
  for (; from + 16 <= end; from += 16, to += 16) {
    const a = v128.load(to), b = v128.load(from);
    v128.store(to, largest ? f32x4.max(a, b) : f32x4.min(a, b));
  }
  for (; from < end; from += 4, to += 4) {
    const a = load<f32>(to), b = load<f32>(from);
    store<f32>(to, largest ? max<f32>(a, b) : min<f32>(a, b));
  }
}

/** The larger of each pair of values; not a number where either is none. */
export function maxTo(to: usize, from: usize, bytes: usize): void {
  extremeTo(true, to, from, bytes);
}

/** The smaller of each pair of values; not a number where either is none. */
export function minTo(to: usize, from: usize, bytes: usize): void {
  extremeTo(false, to, from, bytes);
}

/**
 * Largest (or smallest) values along the middle axis: `[outer, size, inner]` gives `[outer, inner]`. Not a number where any
 * value is none; ∓∞ of no values.
 */
export function extremes(x: usize, y: usize, outer: i32, size: i32, inner: i32, largest: bool): void {
  const bytes = <usize>inner << 2;
  const start: f32 = largest ? -Infinity : Infinity;
  for (let o = 0; o < outer; o++, y += bytes) {
    if (inner == 1) {
      store<f32>(y, largest ? extremeOf(true, x, size, start) : extremeOf(false, x, size, start));
      x += <usize>size << 2;
      continue;
    }
    for (let at = y; at < y + bytes; at += 4) store<f32>(at, start);
    for (let row = 0; row < size; row++, x += bytes) {
      if (largest) maxTo(y, x, bytes);
      else minTo(y, x, bytes);
    }
  }
}

// @ts-ignore: decorator
@inline
function extremeOf(largest: bool, x: usize, size: i32, start: f32): f32 {
  let all = f32x4.splat(start);
  let i = 0;
  for (; i + 4 <= size; i += 4, x += 16) {
    all = largest ? f32x4.max(all, v128.load(x)) : f32x4.min(all, v128.load(x));
  }
  for (; i < size; i++, x += 4) {
    const value = v128.load32_splat(x);
    all = largest ? f32x4.max(all, value) : f32x4.min(all, value);
  }
  const a = f32x4.extract_lane(all, 0), b = f32x4.extract_lane(all, 1);
  const c = f32x4.extract_lane(all, 2), d = f32x4.extract_lane(all, 3);
  return largest ? max<f32>(max<f32>(a, b), max<f32>(c, d)) : min<f32>(min<f32>(a, b), min<f32>(c, d));
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
