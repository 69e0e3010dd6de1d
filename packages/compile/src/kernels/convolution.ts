import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import { type Blocks, blocksOf, filterTaps, fromFilterTaps, fromInputTaps, inputTaps } from "./blocks.js";
import { depthwise } from "./depthwise.js";
import { activate } from "./elementwise.js";
import type { KernelAttributes, Lowering, Lowerings } from "./types.js";
import { convolutionWindows, TO_CHANNELS_FIRST, TO_CHANNELS_LAST, windowAttributes } from "./windows.js";

type Sizes4 = readonly [number, number, number, number];

/**
 * Rows of a product below which its taps are joined into one: a product over a short inner dimension is slow, and the
 * joined copy is small.
 */
const SHORT = 64;

/** The sum over taps of `left · right`, as one product when the inner dimension is short. */
function sumOfProducts(g: GraphBuilder, left: readonly Value[], right: readonly Value[]): Value {
  if (left[0]!.shape[1]! < SHORT) return g.matMul(g.concat(left, 1), g.concat(right, 0));
  return left.reduce<Value | undefined>((sum, a, i) => g.matMul(a, right[i]!, false, false, sum), undefined)!;
}

/** The convolution of `x` (NHWC) with a filter; with dilations, ONNX's own. */
export function convolve(g: GraphBuilder, x: Value, filter: Value, attributes: KernelAttributes): Value {
  const w = convolutionWindows(x.shape, filter.shape, attributes);
  const [batch, , , channels] = x.shape as Sizes4;
  const filters = filter.shape[3]!;
  if (w.dilations.some((dilation) => dilation > 1)) {
    const shape = [batch, filters, ...w.output];
    const operands = [g.transpose(x, TO_CHANNELS_FIRST), g.transpose(filter, [3, 2, 0, 1])];
    return g.transpose(g.node("Conv", operands, "float32", shape, windowAttributes(w)), TO_CHANNELS_LAST);
  }
  const blocks = blocksOf(batch, channels, filters, w);
  const output = sumOfProducts(g, inputTaps(g, x, blocks), filterTaps(g, filter, blocks));
  return g.reshape(output, [batch, ...w.output, filters]);
}

function rowsOf(g: GraphBuilder, dy: Value, { batch, filters, windows }: Blocks): Value {
  return g.reshape(dy, [batch * windows.output[0] * windows.output[1], filters]);
}

function blocksForGradient(attributes: KernelAttributes, x: readonly number[], filter: readonly number[]): Blocks {
  const w = convolutionWindows(x, filter, attributes);
  if (w.dilations.some((dilation) => dilation > 1)) throw new Error("gradient of a dilated convolution");
  return blocksOf(x[0]!, x[3]!, filter[3]!, w);
}

const fused =
  (convolution: typeof convolve): Lowering =>
  ({ x, filter, bias, preluActivationWeights }, attributes, g) => {
    const raw = convolution(g, x!, filter!, attributes);
    const sum = bias === undefined ? raw : g.add(raw, bias);
    const { activation = "linear", leakyreluAlpha } = attributes;
    return activate(g, sum, activation as string, preluActivationWeights, leakyreluAlpha as number | undefined);
  };

/** Convolutions and their gradients. */
export const convolution: Lowerings = {
  Conv2D: ({ x, filter }, attributes, g) => convolve(g, x!, filter!, attributes),
  FusedConv2D: fused(convolve),
  Conv2DBackpropInput: ({ dy, filter }, attributes, g) => {
    const blocks = blocksForGradient(attributes, attributes.inputShape as readonly number[], filter!.shape);
    const rows = rowsOf(g, dy!, blocks);
    const parts = filterTaps(g, filter!, blocks);
    const depth = parts[0]!.shape[0]!;
    if (depth >= SHORT) {
      return fromInputTaps(
        g,
        parts.map((part) => g.matMul(rows, part, false, true)),
        blocks,
      );
    }
    const joined = g.matMul(rows, g.concat(parts, 0), false, true); // [places, taps × s² · channels]
    const cut = (_: Value, tap: number) => g.slice(joined, [0, tap * depth], [joined.shape[0]!, (tap + 1) * depth]);
    return fromInputTaps(g, parts.map(cut), blocks);
  },
  Conv2DBackpropFilter: ({ x, dy }, attributes, g) => {
    const blocks = blocksForGradient(attributes, x!.shape, attributes.filterShape as readonly number[]);
    const rows = rowsOf(g, dy!, blocks);
    const views = inputTaps(g, x!, blocks);
    const products =
      views[0]!.shape[1]! < SHORT
        ? [g.matMul(g.concat(views, 1), rows, true)]
        : views.map((view) => g.matMul(view, rows, true));
    return fromFilterTaps(g, products, blocks);
  },
  ...depthwise(fused),
};
