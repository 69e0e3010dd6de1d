import { addTo, clear, copyTo } from "./copy";
import { gemm } from "./gemm";

// The geometry of the convolution at work, channels last; set by `setConv` before each call. Pictures have a depth of 1.
let inDepth: i32 = 1, inHeight: i32 = 0, inWidth: i32 = 0, inChannels: i32 = 0;
let outDepth: i32 = 1, outHeight: i32 = 0, outWidth: i32 = 0, outChannels: i32 = 0;
let kernelDepth: i32 = 1, kernelHeight: i32 = 0, kernelWidth: i32 = 0;
let strideZ: i32 = 1, strideY: i32 = 1, strideX: i32 = 1;
let dilationZ: i32 = 1, dilationY: i32 = 1, dilationX: i32 = 1;
let padFront: i32 = 0, padTop: i32 = 0, padLeft: i32 = 0;
let positions: i32 = 0, patch: i32 = 0;

export function setConv(
  batch: i32,
  inD: i32, inH: i32, inW: i32, inC: i32,
  outD: i32, outH: i32, outW: i32, outC: i32,
  kernelD: i32, kernelH: i32, kernelW: i32,
  strideD: i32, strideH: i32, strideW: i32,
  dilationD: i32, dilationH: i32, dilationW: i32,
  front: i32, top: i32, left: i32,
): void {
  inDepth = inD; inHeight = inH; inWidth = inW; inChannels = inC;
  outDepth = outD; outHeight = outH; outWidth = outW; outChannels = outC;
  kernelDepth = kernelD; kernelHeight = kernelH; kernelWidth = kernelW;
  strideZ = strideD; strideY = strideH; strideX = strideW;
  dilationZ = dilationD; dilationY = dilationH; dilationX = dilationW;
  padFront = front; padTop = top; padLeft = left;
  positions = batch * outD * outH * outW;
  patch = kernelD * kernelH * kernelW * inC;
}

/** y = patches(x) · w, some positions at a time: `scratch` has room for `rows` patches, and `work` is gemm's. */
export function convForward(x: usize, w: usize, y: usize, rows: i32, scratch: usize, work: usize): void {
  if (samePlaces()) {
    gemm(positions, outChannels, patch, x, patch, 1, w, outChannels, 1, y, outChannels, false, work);
    return;
  }
  for (let at = 0; at < positions; at += rows) {
    const count = min(rows, positions - at);
    for (let r = 0; r < count; r++) visit(x, at + r, scratch + (<usize>(r * patch) << 2), false);
    const to = y + (<usize>(at * outChannels) << 2);
    gemm(count, outChannels, patch, scratch, patch, 1, w, outChannels, 1, to, outChannels, false, work);
  }
}

/** dw = patches(x)ᵀ · dy. */
export function convFilterGradient(x: usize, dy: usize, dw: usize, rows: i32, scratch: usize, work: usize): void {
  for (let at = 0; at < positions; at += rows) {
    const count = min(rows, positions - at);
    for (let r = 0; r < count; r++) visit(x, at + r, scratch + (<usize>(r * patch) << 2), false);
    const from = dy + (<usize>(at * outChannels) << 2);
    gemm(patch, outChannels, count, scratch, 1, patch, from, outChannels, 1, dw, outChannels, at > 0, work);
  }
}

/** dx = the sums of dy · wᵀ over the patches that each input is in; `dx` holds zeros at the start. */
export function convInputGradient(dy: usize, w: usize, dx: usize, rows: i32, scratch: usize, work: usize): void {
  for (let at = 0; at < positions; at += rows) {
    const count = min(rows, positions - at);
    const from = dy + (<usize>(at * outChannels) << 2);
    gemm(count, patch, outChannels, from, outChannels, 1, w, 1, outChannels, scratch, patch, false, work);
    for (let r = 0; r < count; r++) visit(dx, at + r, scratch + (<usize>(r * patch) << 2), true);
  }
}

/** Whether the patches lie in the image as they are: each is one pixel, and none is passed over. */
function samePlaces(): bool {
  return (
    kernelDepth * kernelHeight * kernelWidth == 1 && padFront == 0 && padTop == 0 && padLeft == 0 &&
    inDepth == outDepth && inHeight == outHeight && inWidth == outWidth &&
    (strideZ == 1 || inDepth == 1) && (strideY == 1 || inHeight == 1) && (strideX == 1 || inWidth == 1)
  );
}

/** Copies the patch of one output position from the image, or adds it to the image; outside the image lie zeros. */
function visit(image: usize, position: i32, row: usize, add: bool): void {
  const line = position / outWidth;
  const layer = line / outHeight;
  const left = (position % outWidth) * strideX - padLeft;
  const top = (line % outHeight) * strideY - padTop;
  const front = (layer % outDepth) * strideZ - padFront;
  const plane = <usize>(inHeight * inWidth * inChannels) << 2;
  const layerBytes = <usize>(kernelHeight * kernelWidth * inChannels) << 2;
  image += <usize>((layer / outDepth) * inDepth) * plane;
  for (let kz = 0; kz < kernelDepth; kz++, row += layerBytes) {
    const z = front + kz * dilationZ;
    if (z >= 0 && z < inDepth) visitPlane(image + <usize>z * plane, top, left, row, add);
    else if (!add) clear(row, layerBytes);
  }
}

function visitPlane(plane: usize, top: i32, left: i32, row: usize, add: bool): void {
  const pixel = <usize>inChannels << 2;
  const whole = dilationX == 1 && left >= 0 && left + kernelWidth <= inWidth;
  const lineBytes = pixel * <usize>kernelWidth;
  for (let ky = 0; ky < kernelHeight; ky++, row += lineBytes) {
    const y = top + ky * dilationY;
    if (y < 0 || y >= inHeight) {
      if (!add) clear(row, lineBytes);
    } else if (whole) {
      move(plane + <usize>(y * inWidth + left) * pixel, row, lineBytes, add);
    } else {
      let at = row;
      for (let kx = 0; kx < kernelWidth; kx++, at += pixel) {
        const x = left + kx * dilationX;
        if (x >= 0 && x < inWidth) move(plane + <usize>(y * inWidth + x) * pixel, at, pixel, add);
        else if (!add) clear(at, pixel);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function move(image: usize, row: usize, bytes: usize, add: bool): void {
  if (add) addTo(image, row, bytes);
  else copyTo(row, image, bytes);
}
