import { backend_util } from "@tensorflow/tfjs";
import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import type { KernelAttributes } from "./types.js";

/** NHWC to NCHW, the layout of ONNX. */
export const TO_CHANNELS_FIRST: readonly number[] = [0, 3, 1, 2];
/** NCHW to NHWC, the layout of TensorFlow.js. */
export const TO_CHANNELS_LAST: readonly number[] = [0, 2, 3, 1];

/** Where the windows of a convolution or a pooling lie on its input. */
export interface Windows {
  /** Sizes of the window, [height, width]. */
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Padding before, [top, left]. */
  readonly before: readonly [number, number];
  /** Padding after, [bottom, right]. */
  readonly after: readonly [number, number];
  /** Sizes of the input, [height, width]. */
  readonly input: readonly [number, number];
  /** Sizes of the output, [height, width]. */
  readonly output: readonly [number, number];
}

type Pad = "valid" | "same" | number | backend_util.ExplicitPadding;
type Rounding = "floor" | "round" | "ceil";
type Sizes4 = [number, number, number, number];

/** The windows of a convolution over `x` (NHWC) with a filter `[height, width, …]`. */
export function convolutionWindows(
  x: readonly number[],
  filter: readonly number[],
  attributes: KernelAttributes,
  depthwise = false,
): Windows {
  const { strides, pad, dimRoundingMode, dilations = 1, dataFormat = "NHWC" } = attributes;
  if (dataFormat !== "NHWC") throw new Error(`data format ${String(dataFormat)}`);
  return windowsOf(
    backend_util.computeConv2DInfo(
      x as Sizes4,
      filter as Sizes4,
      strides as number,
      dilations as number,
      pad as Pad,
      dimRoundingMode as Rounding,
      depthwise,
    ),
  );
}

/** The windows of a pooling over `x` (NHWC). */
export function poolingWindows(x: readonly number[], attributes: KernelAttributes): Windows {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  return windowsOf(
    backend_util.computePool2DInfo(
      x as Sizes4,
      filterSize as number,
      strides as number,
      1,
      pad as Pad,
      dimRoundingMode as Rounding,
    ),
  );
}

function windowsOf(info: backend_util.Conv2DInfo): Windows {
  const { padInfo } = info;
  return {
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    before: [padInfo.top, padInfo.left],
    after: [padInfo.bottom, padInfo.right],
    input: [info.inHeight, info.inWidth],
    output: [info.outHeight, info.outWidth],
  };
}

/** ONNX's attributes of these windows. */
export function windowAttributes(w: Windows): Record<string, readonly number[]> {
  return { kernel_shape: w.kernel, strides: w.strides, dilations: w.dilations, pads: [...w.before, ...w.after] };
}

/** One element of every window: `[batch, output height, output width, channels]` per place in the window, row by row. */
export function windowElements(g: GraphBuilder, x: Value, w: Windows, padding = 0): Value[] {
  const [batch, , , channels] = x.shape as Sizes4;
  // A window may end before the input does, and never reaches past what the padding adds.
  const reach = ([0, 1] as const).map(
    (i) => (w.output[i] - 1) * w.strides[i] + (w.kernel[i] - 1) * w.dilations[i] + 1 - w.input[i] - w.before[i],
  );
  const padded = g.pad(x, [0, ...w.before, 0], [0, Math.max(0, reach[0]!), Math.max(0, reach[1]!), 0], padding);
  const elements: Value[] = [];
  for (let row = 0; row < w.kernel[0]; row++) {
    for (let column = 0; column < w.kernel[1]; column++) {
      const from = [row * w.dilations[0], column * w.dilations[1]] as const;
      const to = from.map((start, i) => start + (w.output[i]! - 1) * w.strides[i]! + 1);
      elements.push(g.slice(padded, [0, ...from, 0], [batch, to[0]!, to[1]!, channels], [1, ...w.strides, 1]));
    }
  }
  return elements;
}

/**
 * The transpose of {@link windowElements}: adds one `[batch, output height, output width, channels]` per place in the
 * window at that place of every window: `[batch, input height, input width, channels]`.
 */
export function scatterWindows(g: GraphBuilder, elements: readonly Value[], w: Windows): Value {
  const [batch, , , channels] = elements[0]!.shape as Sizes4;
  const [height, width] = w.output;
  let sum: Value | undefined;
  elements.forEach((element, place) => {
    const at = [Math.floor(place / w.kernel[1]) * w.dilations[0], (place % w.kernel[1]) * w.dilations[1]] as const;
    // Spread by the stride: each element is followed by stride − 1 zeros.
    const apart = g.pad(
      g.reshape(element, [batch, height, 1, width, 1, channels]),
      [0, 0, 0, 0, 0, 0],
      [0, 0, w.strides[0] - 1, 0, w.strides[1] - 1, 0],
    );
    const spread = g.reshape(apart, [batch, height * w.strides[0], width * w.strides[1], channels]);
    const start = at.map((offset, i) => offset - w.before[i]!);
    const cutStart = start.map((s) => Math.max(0, -s));
    const sizes = [height * w.strides[0], width * w.strides[1]];
    const cutEnd = sizes.map((size, i) => Math.min(size, w.input[i]! - start[i]!));
    const kept = g.slice(spread, [0, ...cutStart, 0], [batch, ...cutEnd, channels]);
    const before = start.map((s) => Math.max(0, s));
    const after = w.input.map((size, i) => size - before[i]! - (cutEnd[i]! - cutStart[i]!));
    const placed = g.pad(kept, [0, ...before, 0], [0, ...after, 0]);
    sum = sum === undefined ? placed : g.add(sum, placed);
  });
  return sum!;
}
