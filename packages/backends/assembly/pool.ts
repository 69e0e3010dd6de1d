import { addTo, clear } from "./copy";

// The windows at work, channels last; set by `setPool` before each call. Pictures have a depth of 1.
let batch: i32 = 0, channels: i32 = 0;
let inDepth: i32 = 1, inHeight: i32 = 0, inWidth: i32 = 0;
let outDepth: i32 = 1, outHeight: i32 = 0, outWidth: i32 = 0;
let windowDepth: i32 = 1, windowHeight: i32 = 0, windowWidth: i32 = 0;
let strideZ: i32 = 1, strideY: i32 = 1, strideX: i32 = 1;
let dilationZ: i32 = 1, dilationY: i32 = 1, dilationX: i32 = 1;
let padFront: i32 = 0, padTop: i32 = 0, padLeft: i32 = 0;

export function setPool(
  images: i32,
  inD: i32, inH: i32, inW: i32, depth: i32,
  outD: i32, outH: i32, outW: i32,
  windowD: i32, windowH: i32, windowW: i32,
  strideD: i32, strideH: i32, strideW: i32,
  dilationD: i32, dilationH: i32, dilationW: i32,
  front: i32, top: i32, left: i32,
): void {
  batch = images; channels = depth;
  inDepth = inD; inHeight = inH; inWidth = inW;
  outDepth = outD; outHeight = outH; outWidth = outW;
  windowDepth = windowD; windowHeight = windowH; windowWidth = windowW;
  strideZ = strideD; strideY = strideH; strideX = strideW;
  dilationZ = dilationD; dilationY = dilationH; dilationX = dilationW;
  padFront = front; padTop = top; padLeft = left;
}

/** y = the largest value of each window; NaN where the window has one. */
export function maxPool(x: usize, y: usize): void {
  windows(LARGEST, x, y, 0, false);
}

/** y = the mean of the values of each window that lie within the image. */
export function averagePool(x: usize, y: usize): void {
  windows(MEAN, x, y, 0, false);
}

/** y = the place of the first largest value of each window: `(row · width + column) · channels + channel`, of the batch or an image; −1 for none. */
export function maxPoolPlaces(x: usize, y: usize, wholeBatch: bool): void {
  windows(PLACES, x, y, 0, wholeBatch);
}

/**
 * Gradient of max pooling: each dy goes to the first largest value of its window; `dx` holds zeros at the start.
 */
export function maxPoolGradient(x: usize, dy: usize, dx: usize): void {
  windows(LARGEST_GRADIENT, x, dy, dx, false);
}

/** Adjoint of the sum over windows: `dx` holds zeros at the start. */
export function spreadOverWindows(dy: usize, dx: usize): void {
  windows(SPREAD, 0, dy, dx, false);
}

const LARGEST: i32 = 0;
const MEAN: i32 = 1;
const PLACES: i32 = 2;
const LARGEST_GRADIENT: i32 = 3;
const SPREAD: i32 = 4;

/** Goes through the windows. */
function windows(task: i32, x: usize, y: usize, dx: usize, wholeBatch: bool): void {
  const pixel = <usize>channels << 2;
  const image = <usize>(inDepth * inHeight * inWidth) * pixel;
  for (let n = 0; n < batch; n++, x += image, dx += image) {
    const base = wholeBatch ? n * inDepth * inHeight * inWidth * channels : 0;
    for (let oz = 0; oz < outDepth; oz++) {
      for (let oy = 0; oy < outHeight; oy++) {
        for (let ox = 0; ox < outWidth; ox++, y += pixel) {
          const z = oz * strideZ - padFront, line = oy * strideY - padTop, column = ox * strideX - padLeft;
          if (task == LARGEST || task == MEAN || task == SPREAD) whole(task, x, y, dx, z, line, column);
          else for (let c = 0; c < channels; c++) single(task, x, y + (<usize>c << 2), dx, z, line, column, c, base);
        }
      }
    }
  }
}

/** All channels of one window at once. */
function whole(task: i32, x: usize, y: usize, dx: usize, front: i32, top: i32, left: i32): void {
  const pixel = <usize>channels << 2;
  let met = 0;
  if (task == MEAN) clear(y, pixel);
  for (let kz = 0; kz < windowDepth; kz++) {
    const z = front + kz * dilationZ;
    if (z < 0 || z >= inDepth) continue;
    for (let ky = 0; ky < windowHeight; ky++) {
      const line = top + ky * dilationY;
      if (line < 0 || line >= inHeight) continue;
      for (let kx = 0; kx < windowWidth; kx++) {
        const column = left + kx * dilationX;
        if (column < 0 || column >= inWidth) continue;
        const at = <usize>((z * inHeight + line) * inWidth + column) * pixel;
        if (task == SPREAD) addTo(dx + at, y, pixel);
        else if (task == MEAN) addTo(y, x + at, pixel);
        else largest(y, x + at, met == 0);
        met++;
      }
    }
  }
  if (task == MEAN && met > 1) for (let at = y; at < y + pixel; at += 4) store<f32>(at, load<f32>(at) / <f32>met);
  if (task == LARGEST && met == 0) for (let at = y; at < y + pixel; at += 4) store<f32>(at, -Infinity);
}

function largest(y: usize, x: usize, first: bool): void {
  const end = x + (<usize>channels << 2);
  for (; x + 16 <= end; x += 16, y += 16) v128.store(y, first ? v128.load(x) : f32x4.max(v128.load(y), v128.load(x)));
  for (; x < end; x += 4, y += 4) store<f32>(y, first ? load<f32>(x) : max<f32>(load<f32>(y), load<f32>(x)));
}

/** One channel of a window, by the place of its first largest value, or of its first NaN. */
function single(task: i32, x: usize, y: usize, dx: usize, front: i32, top: i32, left: i32, c: i32, base: i32): void {
  let best: f32 = -Infinity;
  let place: i32 = -1;
  for (let kz = 0; kz < windowDepth; kz++) {
    const z = front + kz * dilationZ;
    if (z < 0 || z >= inDepth) continue;
    for (let ky = 0; ky < windowHeight; ky++) {
      const line = top + ky * dilationY;
      if (line < 0 || line >= inHeight) continue;
      for (let kx = 0; kx < windowWidth; kx++) {
        const column = left + kx * dilationX;
        if (column < 0 || column >= inWidth) continue;
        const index = ((z * inHeight + line) * inWidth + column) * channels + c;
        const value = load<f32>(x + (<usize>index << 2));
        if (place < 0 || value > best || (value != value && best == best)) {
          best = value;
          place = index;
        }
      }
    }
  }
  if (task == PLACES) {
    store<i32>(y, place < 0 ? place : place + base);
  } else if (place >= 0) {
    const to = dx + (<usize>place << 2);
    store<f32>(to, load<f32>(to) + load<f32>(y));
  }
}
