// The geometry of the depthwise convolution at work, channels last; set by `setDepthwise` before each call.
let batch: i32 = 0;
let inHeight: i32 = 0, inWidth: i32 = 0, channels: i32 = 0, multiplier: i32 = 1;
let outHeight: i32 = 0, outWidth: i32 = 0;
let kernelHeight: i32 = 0, kernelWidth: i32 = 0;
let strideY: i32 = 1, strideX: i32 = 1;
let dilationY: i32 = 1, dilationX: i32 = 1;
let padTop: i32 = 0, padLeft: i32 = 0;

export function setDepthwise(
  images: i32,
  inH: i32, inW: i32, inC: i32,
  outH: i32, outW: i32, perChannel: i32,
  kernelH: i32, kernelW: i32,
  strideH: i32, strideW: i32,
  dilationH: i32, dilationW: i32,
  top: i32, left: i32,
): void {
  batch = images;
  inHeight = inH; inWidth = inW; channels = inC;
  outHeight = outH; outWidth = outW; multiplier = perChannel;
  kernelHeight = kernelH; kernelWidth = kernelW;
  strideY = strideH; strideX = strideW;
  dilationY = dilationH; dilationX = dilationW;
  padTop = top; padLeft = left;
}

/** y += x · w; `y` holds zeros at the start. */
export function depthwiseForward(x: usize, w: usize, y: usize): void {
  walk(x, y, w, TO_OUTPUT);
}

/** dw += x · dy over all positions; `dw` holds zeros at the start. */
export function depthwiseFilterGradient(x: usize, dy: usize, dw: usize): void {
  walk(x, dy, dw, TO_FILTER);
}

/** dx += dy · w; `dx` holds zeros at the start. */
export function depthwiseInputGradient(dy: usize, w: usize, dx: usize): void {
  walk(dx, dy, w, TO_IMAGE);
}

// Which of the three the products of the other two are added to.
const TO_OUTPUT: i32 = 0;
const TO_IMAGE: i32 = 1;
const TO_FILTER: i32 = 2;

function walk(image: usize, dy: usize, w: usize, target: i32): void {
  const pixel = <usize>channels << 2;
  const outputs = pixel * <usize>multiplier;
  for (let n = 0; n < batch; n++, image += <usize>(inHeight * inWidth) * pixel) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++, dy += outputs) {
        for (let ky = 0; ky < kernelHeight; ky++) {
          const y = oy * strideY - padTop + ky * dilationY;
          if (y < 0 || y >= inHeight) continue;
          for (let kx = 0; kx < kernelWidth; kx++) {
            const x = ox * strideX - padLeft + kx * dilationX;
            if (x < 0 || x >= inWidth) continue;
            const at = image + <usize>(y * inWidth + x) * pixel;
            const weights = w + <usize>(ky * kernelWidth + kx) * outputs;
            if (multiplier > 1) several(at, dy, weights, target);
            else if (target == TO_OUTPUT) addProduct(dy, at, weights);
            else if (target == TO_IMAGE) addProduct(at, dy, weights);
            else addProduct(weights, at, dy);
          }
        }
      }
    }
  }
}

/** out += a · b over the channels. */
function addProduct(out: usize, a: usize, b: usize): void {
  const end = a + (<usize>channels << 2);
  for (; a + 16 <= end; out += 16, a += 16, b += 16) {
    v128.store(out, f32x4.add(v128.load(out), f32x4.mul(v128.load(a), v128.load(b))));
  }
  for (; a < end; out += 4, a += 4, b += 4) store<f32>(out, load<f32>(out) + load<f32>(a) * load<f32>(b));
}

function several(image: usize, dy: usize, w: usize, target: i32): void {
  for (let c = 0; c < channels; c++, image += 4) {
    const value = load<f32>(image);
    let sum: f32 = 0;
    for (let m = 0; m < multiplier; m++, dy += 4, w += 4) {
      if (target == TO_IMAGE) sum += load<f32>(dy) * load<f32>(w);
      else if (target == TO_OUTPUT) store<f32>(dy, load<f32>(dy) + value * load<f32>(w));
      else store<f32>(w, load<f32>(w) + value * load<f32>(dy));
    }
    if (target == TO_IMAGE) store<f32>(image, value + sum);
  }
}
