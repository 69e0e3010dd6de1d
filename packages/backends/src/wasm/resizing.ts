import { refuse } from "./checks.js";
import { pointer, replaceKernel, zeros } from "./kernel.js";
import { nativeKernels } from "./module.js";

type Shape4D = [number, number, number, number];

/** Gradients of resizing, which the shipped backend computes slowly. */
export function replaceResizing(): void {
  replaceGradient("ResizeNearestNeighborGrad", 0);
  replaceGradient("ResizeBilinearGrad", 1);
}

function replaceGradient(name: string, bilinear: 0 | 1): void {
  replaceKernel<"dy" | "images", { readonly alignCorners: boolean }>(
    name,
    ({ inputs: { dy, images } }) => {
      const fits = dy.shape.length === 4 && images.shape.length === 4;
      if (fits && dy.shape[0] === images.shape[0] && dy.shape[3] === images.shape[3]) return;
      refuse(
        name,
        `expected dy of the images' batch and channels, received [${dy.shape}] for images of [${images.shape}].`,
      );
    },
    () =>
      ({ inputs, attrs, backend }) => {
        const [batch, inHeight, inWidth, depth] = inputs.images.shape as Shape4D;
        const [, outHeight, outWidth] = inputs.dy.shape as Shape4D;
        const dx = zeros(backend, inputs.images.shape);
        nativeKernels(backend).run.resizeGradient!(
          ...[pointer(backend, inputs.dy), pointer(backend, dx)],
          ...[batch, inHeight, inWidth, depth, outHeight, outWidth],
          ...[scale(inHeight, outHeight, attrs.alignCorners), scale(inWidth, outWidth, attrs.alignCorners)],
          ...[bilinear, Number(attrs.alignCorners)],
        );
        return dx;
      },
  );
}

/** Input positions per output position. */
function scale(input: number, output: number, alignCorners: boolean): number {
  return alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
}
