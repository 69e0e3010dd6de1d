import { random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../src/index.js";

interface Window {
  readonly size: readonly [number, number];
  readonly channels: readonly [number, number];
  readonly filter: readonly [number, number];
  readonly stride?: readonly [number, number];
  readonly dilation?: number;
  readonly pad: "same" | "valid" | number;
}

/** The sum over a window in double precision, value by value. */
async function reference(x: tf.Tensor4D, w: tf.Tensor4D, y: tf.Tensor4D, window: Window): Promise<number> {
  const [[height, width], [inputs, outputs], [fh, fw]] = [window.size, window.channels, window.filter];
  const [[sy, sx], dilation] = [window.stride ?? [1, 1], window.dilation ?? 1];
  const [outHeight, outWidth] = y.shape.slice(1, 3) as [number, number];
  const before = (size: number, out: number, filter: number, stride: number): number => {
    if (typeof window.pad === "number") return window.pad;
    const all = Math.max(0, (out - 1) * stride + (filter - 1) * dilation + 1 - size);
    return window.pad === "same" ? Math.floor(all / 2) : 0;
  };
  const [top, left] = [before(height, outHeight, fh, sy), before(width, outWidth, fw, sx)];
  const [from, filter, results] = [await x.data(), await w.data(), await y.data()];
  let worst = 0;
  for (const [at, found] of results.entries()) {
    const [o, column] = [at % outputs, Math.floor(at / outputs) % outWidth];
    const [line, n] = [
      Math.floor(at / outputs / outWidth) % outHeight,
      Math.floor(at / outputs / outWidth / outHeight),
    ];
    let sum = 0;
    for (let i = 0; i < fh; i++) {
      for (let j = 0; j < fw; j++) {
        const [row, place] = [line * sy + i * dilation - top, column * sx + j * dilation - left];
        if (row < 0 || row >= height || place < 0 || place >= width) continue;
        for (let c = 0; c < inputs; c++) {
          sum +=
            from[((n * height + row) * width + place) * inputs + c]! *
            filter[((i * fw + j) * inputs + c) * outputs + o]!;
        }
      }
    }
    worst = Math.max(worst, Math.abs(sum - found));
  }
  return worst;
}

// Groups of four and eight positions, panels of four and eight columns, and blocks of 64 KiB of the picture all end somewhere.
describe("wasm convolutions of pictures", () => {
  beforeAll(() => useBackend("wasm"));

  const widths = [1, 2, 3, 4, 5, 7, 8, 9, 13].map((width): Window => {
    return { size: [3, width], channels: [2, 3], filter: [3, 3], pad: "same" };
  });
  const outputs = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 17].map((out): Window => {
    return { size: [5, 6], channels: [3, out], filter: [2, 3], pad: "valid" };
  });
  const others: Window[] = [
    { size: [9, 11], channels: [1, 5], filter: [3, 2], stride: [2, 3], pad: "same" },
    { size: [9, 11], channels: [2, 9], filter: [3, 3], dilation: 2, pad: "same" },
    { size: [4, 4], channels: [2, 2], filter: [7, 7], pad: "same" },
    { size: [6, 6], channels: [3, 4], filter: [3, 3], pad: 3 },
    { size: [8, 8], channels: [3, 4], filter: [1, 1], stride: [2, 2], pad: "valid" },
    { size: [1, 7001], channels: [3, 2], filter: [1, 1], pad: "valid" },
    { size: [97, 90], channels: [2, 11], filter: [3, 3], pad: "same" },
    { size: [1, 6000], channels: [4, 9], filter: [1, 3], pad: "same" },
  ];
  it.each([...widths, ...outputs, ...others])("agree with sums in double precision: %j", async (window) => {
    const source = random(5);
    const x = source.normal<tf.Rank.R4>([2, ...window.size, window.channels[0]]);
    const w = source.normal<tf.Rank.R4>([...window.filter, ...window.channels]);
    const strides = [...(window.stride ?? [1, 1])] as [number, number];
    const y = tf.conv2d(x, w, strides, window.pad, "NHWC", window.dilation ?? 1);
    expect(y.shape[1]! * y.shape[2]!).toBeGreaterThan(0);
    // Float32 sums of at most 98 products of normal values.
    expect(await reference(x, w, y, window)).toBeLessThan(2e-5);
    tf.dispose([x, w, y]);
  });
});
