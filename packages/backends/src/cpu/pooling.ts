import * as tf from "@tensorflow/tfjs";
import type { Attributes } from "../gradients/registry.js";
import { poolingWindows, type WindowAxis } from "../gradients/windows.js";
import { type CpuCall, type CpuKernel, replaceCpuKernel, valuesOn } from "./kernel.js";

type PoolCall = CpuCall<"x", Attributes>;

/**
 * Max pooling that keeps NaN, which the shipped kernels pass over, so that a model that diverged looks sound; and means of windows
 * that lie beyond the image, 0 as on the other backends.
 */
export function replacePooling(): void {
  replaceCpuKernel<"x", Attributes>("AvgPool", (shipped) => (call) => {
    const y = shipped(call) as tf.TensorInfo;
    const beyond = poolingWindows(call.inputs.x.shape, call.attrs).map(
      (window) => new Set(Array.from({ length: window.out }, (_, o) => o).filter((o) => !meets(window, o))),
    );
    if (beyond.every((axis) => axis.size === 0)) return y;
    const values = valuesOn(call.backend, y);
    const [, height, width, channels] = y.shape as [number, number, number, number];
    for (let at = 0; at < values.length; at++) {
      const pixel = Math.floor(at / channels);
      if (beyond[0]!.has(Math.floor(pixel / width) % height) || beyond[1]!.has(pixel % width)) values[at] = 0;
    }
    return y;
  });
  for (const name of ["MaxPool", "MaxPool3D"]) {
    replaceCpuKernel<"x", Attributes>(name, (shipped) => (call) => {
      const y = strictly(shipped)(call);
      const values = valuesOn(call.backend, y);
      overNaN(call, y.shape, (at) => {
        values[at] = Number.NaN;
      });
      return y;
    });
  }
  replaceCpuKernel<"x", Attributes>("MaxPoolWithArgmax", (shipped) => (call) => {
    const [y, places] = shipped(call) as [tf.TensorInfo, tf.TensorInfo];
    const [values, indices] = [valuesOn(call.backend, y), valuesOn(call.backend, places)];
    const image = call.inputs.x.shape.slice(1).reduce((product, size) => product * size, 1);
    overNaN(call, y.shape, (at, from) => {
      values[at] = Number.NaN;
      indices[at] = call.attrs.includeBatchInIndex ? from : from % image;
    });
    return [y, places];
  });
}

/** The shipped kernel takes windows of one value for the image itself, also where strides pass over some of it. */
function strictly(shipped: CpuKernel<"x", Attributes>): (call: PoolCall) => tf.TensorInfo {
  return (call) => {
    const y = shipped(call) as tf.TensorInfo;
    if (y.dataId !== call.inputs.x.dataId || [call.attrs.strides].flat().every((stride) => stride === 1)) return y;
    call.backend.disposeIntermediateTensorInfo(y);
    const kernel = tf.getKernel("MaxPoolWithArgmax", "cpu")!.kernelFunc as unknown as CpuKernel<"x", Attributes>;
    const [pooled, places] = kernel(call) as [tf.TensorInfo, tf.TensorInfo];
    call.backend.disposeIntermediateTensorInfo(places);
    return pooled;
  };
}

/** Calls back for each value of the result whose window holds a NaN, with the NaN's place; the first NaN of a window comes last. */
function overNaN({ inputs: { x }, attrs, backend }: PoolCall, out: number[], each: (at: number, from: number) => void) {
  const values = valuesOn(backend, x);
  if (x.dtype !== "float32" || !values.some(Number.isNaN)) return;
  const windows = poolingWindows(x.shape, attrs);
  const channels = x.shape.at(-1)!;
  for (let from = values.length - 1; from >= 0; from--) {
    if (!Number.isNaN(values[from]!)) continue;
    let rest = Math.floor(from / channels);
    const place: number[] = [];
    for (const { size } of [...windows].reverse()) {
      place.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    const covering = windows.map((window, axis) => windowsOver(window, place[axis]!));
    const pixels = covering.reduce<number[]>(
      (found, here, axis) => found.flatMap((pixel) => here.map((o) => pixel * out[axis + 1]! + o)),
      [rest],
    );
    for (const pixel of pixels) each(pixel * channels + (from % channels), from);
  }
}

/** Whether a window along one axis holds anything of the image. */
function meets({ size, stride, before, length, dilation }: WindowAxis, o: number): boolean {
  return Array.from({ length }, (_, k) => o * stride - before + k * dilation).some((at) => at >= 0 && at < size);
}

/** The windows along one axis that a place lies in. */
function windowsOver({ out, stride, before, length, dilation }: WindowAxis, place: number): number[] {
  return Array.from({ length: out }, (_, o) => o).filter((o) => {
    const offset = place - (o * stride - before);
    return offset >= 0 && offset % dilation === 0 && offset / dilation < length;
  });
}
