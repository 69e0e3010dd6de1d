import { madd } from "./madd";
import { length, lines, lineStep, position, right, runs, runStep } from "./window";

/** Sums over the windows of positions `from` to `until` of a line, four at a time and eight columns of the filter. */
export function wide(line: usize, panel: usize, results: usize, from: i32, until: i32, columns: i32): void {
  for (let at = from; at < until; at += 4) {
    // The last ones are computed with some before them, so that none is alone where there are enough.
    const first = max(from, min(at, until - 4));
    const count = min(4, until - first);
    four(line + <usize>first * right, panel, results + <usize>first * position, count, columns);
  }
}

// @ts-ignore: decorator
@inline
function four(x: usize, w: usize, y: usize, count: i32, columns: i32): void {
  // Positions that are missing are computed as the last one there is.
  const one = count > 1 ? right : 0, two = count > 2 ? one + right : one, three = count > 3 ? two + right : two;
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  for (let line = 0; line < lines; line++, x += lineStep) {
    let start = x;
    for (let run = 0; run < runs; run++, start += runStep) {
      let a0 = start, a1 = start + one, a2 = start + two, a3 = start + three;
      // One step at a time: with two, the engine loads for both at once, and sums lose their registers.
      for (let k = length; k > 0; k--) {
        const b0 = v128.load(w), b1 = v128.load(w, 16);
        let s = v128.load32_splat(a0);
        c00 = madd(s, b0, c00); c01 = madd(s, b1, c01);
        s = v128.load32_splat(a1);
        c10 = madd(s, b0, c10); c11 = madd(s, b1, c11);
        s = v128.load32_splat(a2);
        c20 = madd(s, b0, c20); c21 = madd(s, b1, c21);
        s = v128.load32_splat(a3);
        c30 = madd(s, b0, c30); c31 = madd(s, b1, c31);
        w += 32; a0 += 4; a1 += 4; a2 += 4; a3 += 4;
      }
    }
  }
  put(y, c00, c01, columns);
  if (count > 1) put(y + position, c10, c11, columns);
  if (count > 2) put(y + 2 * position, c20, c21, columns);
  if (count > 3) put(y + 3 * position, c30, c31, columns);
}

// @ts-ignore: decorator
@inline
function put(to: usize, left: v128, right: v128, columns: i32): void {
  if (columns == 8) {
    v128.store(to, left);
    v128.store(to, right, 16);
  } else putSome(to, left, right, columns);
}

function putSome(to: usize, left: v128, right: v128, columns: i32): void {
  if (columns >= 4) {
    v128.store(to, left);
    left = right;
    to += 16;
    columns -= 4;
  }
  if (columns > 0) v128.store32_lane(to, left, 0);
  if (columns > 1) v128.store32_lane(to, left, 1, 4);
  if (columns > 2) v128.store32_lane(to, left, 2, 8);
}
