import { addTo } from "./copy";

/**
 * Gradient of resizing: each dy goes to its one source pixel, or to four by their weights. `scaleY` and `scaleX` map output
 * positions to input positions; `dx` holds zeros at the start.
 */
export function resizeGradient(
  dy: usize, dx: usize,
  batch: i32, inH: i32, inW: i32, depth: i32, outH: i32, outW: i32,
  scaleY: f32, scaleX: f32, bilinear: bool, round: bool,
): void {
  const pixel = <usize>depth << 2;
  for (let n = 0; n < batch; n++, dx += <usize>(inH * inW) * pixel) {
    for (let oy = 0; oy < outH; oy++) {
      const fromY = <f32>oy * scaleY;
      for (let ox = 0; ox < outW; ox++, dy += pixel) {
        const fromX = <f32>ox * scaleX;
        if (bilinear) {
          const y0 = <i32>floor(fromY), x0 = <i32>floor(fromX);
          const y1 = min(inH - 1, <i32>ceil(fromY)), x1 = min(inW - 1, <i32>ceil(fromX));
          const wy = fromY - <f32>y0, wx = fromX - <f32>x0;
          addScaled(dx + <usize>(y0 * inW + x0) * pixel, dy, (1 - wy) * (1 - wx), depth);
          addScaled(dx + <usize>(y0 * inW + x1) * pixel, dy, (1 - wy) * wx, depth);
          addScaled(dx + <usize>(y1 * inW + x0) * pixel, dy, wy * (1 - wx), depth);
          addScaled(dx + <usize>(y1 * inW + x1) * pixel, dy, wy * wx, depth);
        } else {
          const y = min(inH - 1, <i32>floor(round ? fromY + 0.5 : fromY));
          const x = min(inW - 1, <i32>floor(round ? fromX + 0.5 : fromX));
          addTo(dx + <usize>(y * inW + x) * pixel, dy, pixel);
        }
      }
    }
  }
}

function addScaled(to: usize, from: usize, scale: f32, size: i32): void {
  const factor = f32x4.splat(scale);
  let i = 0;
  for (; i + 4 <= size; i += 4, to += 16, from += 16) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(v128.load(from), factor)));
  }
  for (; i < size; i++, to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from) * scale);
}
