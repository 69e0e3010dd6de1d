import type { WasmBackend } from "./backend.js";
import type { Windows } from "./geometry.js";
import { nativeKernels } from "./module.js";

type Triple = readonly [depth: number, height: number, width: number];

/**
 * A convolution of pictures without patches.
 *
 * @param tensors - Where x, the filter and the result lie.
 */
export function convolveDirectly(backend: WasmBackend, windows: Windows, tensors: readonly number[]): void {
  if (windows.outShape.includes(0)) return;
  const { batch, channels, outChannels } = windows;
  const [, inH, inW] = windows.size as Triple;
  const [, outH, outW] = windows.out as Triple;
  const [, h, w] = windows.window as Triple;
  const margins = marginsOf(windows);
  const pixels = h * w === 1 && inH === outH && inW === outW && margins.every((margin) => margin === 0);
  // Single pixels are one line, however many pictures they come from.
  const pictures = pixels
    ? [1, 1, batch * inH * inW, channels, 1, batch * inH * inW, outChannels]
    : [batch, inH, inW, channels, outH, outW, outChannels];
  const steps = [...windows.stride.slice(1), ...windows.dilation.slice(1)];
  const { run, scratch } = nativeKernels(backend);
  const work = scratch(run.directScratch!(inH, inW, channels, outChannels, h, w, ...margins));
  run.direct!(...tensors, work, ...pictures, h, w, ...steps, ...margins);
}

/** Rows and columns that windows reach beyond the picture: top, bottom, left, right. */
function marginsOf({ size, out, window, stride, dilation, before }: Windows): number[] {
  return [1, 2].flatMap((axis) => {
    const reach = (out[axis]! - 1) * stride[axis]! + (window[axis]! - 1) * dilation[axis]! + 1;
    return [before[axis]!, Math.max(0, reach - before[axis]! - size[axis]!)];
  });
}
