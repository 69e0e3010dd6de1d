import { addTo } from "./copy";

/**
 * Gradient of max pooling: each dy goes to the first largest value of its window; `dx` holds zeros at the start.
 */
export function maxPoolGradient(
  x: usize, dy: usize, dx: usize,
  batch: i32, inH: i32, inW: i32, depth: i32, outH: i32, outW: i32,
  windowH: i32, windowW: i32, strideH: i32, strideW: i32, dilationH: i32, dilationW: i32, top: i32, left: i32,
): void {
  const image = <usize>(inH * inW * depth) << 2;
  for (let n = 0; n < batch; n++, x += image, dx += image) {
    for (let oy = 0; oy < outH; oy++) {
      for (let ox = 0; ox < outW; ox++) {
        for (let c = 0; c < depth; c++, dy += 4) {
          let best: f32 = -Infinity;
          let place: i32 = -1;
          for (let ky = 0; ky < windowH; ky += dilationH) {
            const y = oy * strideH - top + ky;
            if (y < 0 || y >= inH) continue;
            for (let kx = 0; kx < windowW; kx += dilationW) {
              const at = ox * strideW - left + kx;
              if (at < 0 || at >= inW) continue;
              const index = (y * inW + at) * depth + c;
              const value = load<f32>(x + (<usize>index << 2));
              if (value > best) {
                best = value;
                place = index;
              }
            }
          }
          if (place >= 0) {
            const to = dx + (<usize>place << 2);
            store<f32>(to, load<f32>(to) + load<f32>(dy));
          }
        }
      }
    }
  }
}

/** Adjoint of the sum over windows: `dx` holds zeros at the start. */
export function spreadOverWindows(
  dy: usize, dx: usize,
  batch: i32, inH: i32, inW: i32, depth: i32, outH: i32, outW: i32,
  windowH: i32, windowW: i32, strideH: i32, strideW: i32, dilationH: i32, dilationW: i32, top: i32, left: i32,
): void {
  const pixel = <usize>depth << 2;
  for (let n = 0; n < batch; n++, dx += <usize>(inH * inW) * pixel) {
    for (let oy = 0; oy < outH; oy++) {
      for (let ox = 0; ox < outW; ox++, dy += pixel) {
        for (let ky = 0; ky < windowH; ky += dilationH) {
          const y = oy * strideH - top + ky;
          if (y < 0 || y >= inH) continue;
          for (let kx = 0; kx < windowW; kx += dilationW) {
            const x = ox * strideW - left + kx;
            if (x >= 0 && x < inW) addTo(dx + <usize>(y * inW + x) * pixel, dy, pixel);
          }
        }
      }
    }
  }
}

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
