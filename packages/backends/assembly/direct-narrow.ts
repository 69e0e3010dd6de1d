import { madd } from "./madd";
import { length, lines, lineStep, position, right, runs, runStep } from "./window";

/** Columns of the panels of {@link narrow}. */
export const NARROW: i32 = 4;

/** Sums over the windows of positions `from` to `until` of a line, eight at a time and four columns of the filter. */
export function narrow(line: usize, panel: usize, results: usize, from: i32, until: i32, columns: i32): void {
  for (let at = from; at < until; at += 8) {
    // The last ones are computed with some before them, so that none is alone where there are enough.
    const first = max(from, min(at, until - 8));
    const count = min(8, until - first);
    eight(line + <usize>first * right, panel, results + <usize>first * position, count, columns);
  }
}

// @ts-ignore: decorator
@inline
function eight(x: usize, w: usize, y: usize, count: i32, columns: i32): void {
  // Positions that are missing are computed as the last one there is.
  const last = <usize>(count - 1) * right;
  const o1 = min(last, right), o2 = min(last, 2 * right), o3 = min(last, 3 * right), o4 = min(last, 4 * right);
  const o5 = min(last, 5 * right), o6 = min(last, 6 * right), o7 = min(last, 7 * right);
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
  for (let line = 0; line < lines; line++, x += lineStep) {
    let start = x;
    for (let run = 0; run < runs; run++, start += runStep) {
      let a0 = start, a1 = start + o1, a2 = start + o2, a3 = start + o3;
      let a4 = start + o4, a5 = start + o5, a6 = start + o6, a7 = start + o7;
      for (let k = length; k > 0; k--) {
        const b = v128.load(w);
        c0 = madd(v128.load32_splat(a0), b, c0);
        c1 = madd(v128.load32_splat(a1), b, c1);
        c2 = madd(v128.load32_splat(a2), b, c2);
        c3 = madd(v128.load32_splat(a3), b, c3);
        c4 = madd(v128.load32_splat(a4), b, c4);
        c5 = madd(v128.load32_splat(a5), b, c5);
        c6 = madd(v128.load32_splat(a6), b, c6);
        c7 = madd(v128.load32_splat(a7), b, c7);
        w += 16;
        a0 += 4; a1 += 4; a2 += 4; a3 += 4; a4 += 4; a5 += 4; a6 += 4; a7 += 4;
      }
    }
  }
  if (columns == 4 && count == 8) {
    v128.store(y, c0);
    v128.store(y + position, c1);
    v128.store(y + 2 * position, c2);
    v128.store(y + 3 * position, c3);
    v128.store(y + 4 * position, c4);
    v128.store(y + 5 * position, c5);
    v128.store(y + 6 * position, c6);
    v128.store(y + 7 * position, c7);
    return;
  }
  put(y, c0, columns);
  if (count > 1) put(y + position, c1, columns);
  if (count > 2) put(y + 2 * position, c2, columns);
  if (count > 3) put(y + 3 * position, c3, columns);
  if (count > 4) put(y + 4 * position, c4, columns);
  if (count > 5) put(y + 5 * position, c5, columns);
  if (count > 6) put(y + 6 * position, c6, columns);
  if (count > 7) put(y + 7 * position, c7, columns);
}

// @ts-ignore: decorator
@inline
function put(to: usize, sums: v128, columns: i32): void {
  v128.store32_lane(to, sums, 0);
  if (columns > 1) v128.store32_lane(to, sums, 1, 4);
  if (columns > 2) v128.store32_lane(to, sums, 2, 8);
  if (columns > 3) v128.store32_lane(to, sums, 3, 12);
}
