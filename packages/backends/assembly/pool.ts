import { addTo } from "./copy";
import { maxTo } from "./reduce";

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
              // The first value that is not a number is the largest, as in the forward pass.
              if (value > best || (value != value && best == best)) {
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

/** As {@link pool}, with windows of three axes. */
export function pool3d(
  x: usize, y: usize, mean: bool,
  batch: i32, inD: i32, inH: i32, inW: i32, channels: i32, outD: i32, outH: i32, outW: i32,
  windowD: i32, windowH: i32, windowW: i32, strideD: i32, strideH: i32, strideW: i32,
  dilationD: i32, dilationH: i32, dilationW: i32, front: i32, top: i32, left: i32,
): void {
  const pixel = <usize>channels << 2;
  const start: f32 = mean ? 0 : -Infinity;
  for (let n = 0; n < batch; n++, x += <usize>(inD * inH * inW) * pixel) {
    for (let oz = 0; oz < outD; oz++) {
      for (let oy = 0; oy < outH; oy++) {
        for (let ox = 0; ox < outW; ox++, y += pixel) {
          for (let at = y; at < y + pixel; at += 4) store<f32>(at, start);
          let count: f32 = 0;
          for (let kz = 0; kz < windowD; kz += dilationD) {
            const plane = oz * strideD - front + kz;
            if (plane < 0 || plane >= inD) continue;
            for (let ky = 0; ky < windowH; ky += dilationH) {
              const row = oy * strideH - top + ky;
              if (row < 0 || row >= inH) continue;
              for (let kx = 0; kx < windowW; kx += dilationW) {
                const column = ox * strideW - left + kx;
                if (column < 0 || column >= inW) continue;
                const from = x + <usize>((plane * inH + row) * inW + column) * pixel;
                if (mean) addTo(y, from, pixel);
                else maxTo(y, from, pixel);
                count++;
              }
            }
          }
          if (mean) for (let at = y; at < y + pixel; at += 4) store<f32>(at, load<f32>(at) / count);
        }
      }
    }
  }
}

/**
 * Largest (or mean) value of each window, of what lies within the image. A value that is not a number makes the result one.
 */
export function pool(
  x: usize, y: usize, mean: bool,
  batch: i32, inH: i32, inW: i32, depth: i32, outH: i32, outW: i32,
  windowH: i32, windowW: i32, strideH: i32, strideW: i32, dilationH: i32, dilationW: i32, top: i32, left: i32,
): void {
  const pixel = <usize>depth << 2;
  const start: f32 = mean ? 0 : -Infinity;
  for (let n = 0; n < batch; n++, x += <usize>(inH * inW) * pixel) {
    for (let oy = 0; oy < outH; oy++) {
      for (let ox = 0; ox < outW; ox++, y += pixel) {
        for (let at = y; at < y + pixel; at += 4) store<f32>(at, start);
        let count: f32 = 0;
        for (let ky = 0; ky < windowH; ky += dilationH) {
          const row = oy * strideH - top + ky;
          if (row < 0 || row >= inH) continue;
          for (let kx = 0; kx < windowW; kx += dilationW) {
            const column = ox * strideW - left + kx;
            if (column < 0 || column >= inW) continue;
            const from = x + <usize>(row * inW + column) * pixel;
            if (mean) addTo(y, from, pixel);
            else maxTo(y, from, pixel);
            count++;
          }
        }
        if (mean) for (let at = y; at < y + pixel; at += 4) store<f32>(at, load<f32>(at) / count);
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
