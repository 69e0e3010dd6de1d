import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import type { Windows } from "./windows.js";

/**
 * Strided convolution as a few plain matrix products, all in TensorFlow.js's own NHWC layout.
 *
 * With stride s, the input is cut into s×s blocks whose pixels become channels ("space to depth"). A kernel of size k is
 * then T×T blocks, T = ⌈k / s⌉, and stride 1: the convolution is a sum of T² products of a shifted view of the blocks,
 * `[batch · out places, s² · channels]`, with the part of the filter that meets it. Its gradients are the same views and
 * the same parts in other products. Nothing is copied k² times as in im2col, no layout is changed, and nearly all time
 * goes into matrix products at the machine's full speed.
 */
export interface Blocks {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  /** Blocks that a kernel covers, [down, across]. */
  readonly taps: readonly [number, number];
  readonly windows: Windows;
}

/** The blocks of a convolution without dilation. */
export function blocksOf(batch: number, channels: number, filters: number, windows: Windows): Blocks {
  const taps = [0, 1].map((i) => Math.ceil(windows.kernel[i]! / windows.strides[i]!)) as [number, number];
  return { batch, channels, filters, taps, windows };
}

/** Places of the output, with the batch: rows of every product. */
export function placesOf({ batch, windows }: Blocks): number {
  return batch * windows.output[0] * windows.output[1];
}

/** Blocks along one side of the padded input. */
function blockCount({ taps, windows }: Blocks, i: 0 | 1): number {
  return taps[i] + windows.output[i] - 1;
}

/** The views of the input, one a tap: `[places, s² · channels]`. */
export function inputTaps(g: GraphBuilder, x: Value, blocks: Blocks): Value[] {
  const { batch, channels, windows } = blocks;
  const [down, across] = windows.strides;
  const [rows, columns] = [blockCount(blocks, 0), blockCount(blocks, 1)];
  const sizes = [rows * down, columns * across];
  // The last pixels may be more than any window reaches, or fewer than whole blocks.
  const kept = windows.input.map((size, i) => Math.min(size, sizes[i]! - windows.before[i]!));
  const after = kept.map((size, i) => sizes[i]! - windows.before[i]! - size);
  const cut = g.slice(x, [0, 0, 0, 0], [batch, kept[0]!, kept[1]!, channels]);
  const padded = g.pad(cut, [0, ...windows.before, 0], [0, after[0]!, after[1]!, 0]);
  const depth = down * across * channels;
  const cells = g.reshape(padded, [batch, rows, down, columns, across, channels]);
  const deep = g.reshape(g.transpose(cells, [0, 1, 3, 2, 4, 5]), [batch, rows, columns, depth]);
  return eachTap(blocks, (i, j) => {
    const view = g.slice(deep, [0, i, j, 0], [batch, i + windows.output[0], j + windows.output[1], depth]);
    return g.reshape(view, [placesOf(blocks), depth]);
  });
}

/** The parts of a filter `[kernel height, kernel width, channels, filters]`, one a tap: `[s² · channels, filters]`. */
export function filterTaps(g: GraphBuilder, filter: Value, blocks: Blocks): Value[] {
  const { channels, filters, taps, windows } = blocks;
  const [down, across] = windows.strides;
  const whole = g.pad(
    filter,
    [0, 0, 0, 0],
    [taps[0] * down - windows.kernel[0], taps[1] * across - windows.kernel[1], 0, 0],
  );
  const cells = g.reshape(whole, [taps[0], down, taps[1], across, channels, filters]);
  const parts = g.transpose(cells, [0, 2, 1, 3, 4, 5]);
  return eachTap(blocks, (i, j) => {
    const part = g.slice(parts, [i, j, 0, 0, 0, 0], [i + 1, j + 1, down, across, channels, filters]);
    return g.reshape(part, [down * across * channels, filters]);
  });
}

/** The transpose of {@link inputTaps}: adds what each tap says about its view: `[batch, height, width, channels]`. */
export function fromInputTaps(g: GraphBuilder, values: readonly Value[], blocks: Blocks): Value {
  const { batch, channels, taps, windows } = blocks;
  const [down, across] = windows.strides;
  const [rows, columns] = [blockCount(blocks, 0), blockCount(blocks, 1)];
  const depth = down * across * channels;
  const deep = values
    .map((value, tap) => {
      const [i, j] = [Math.floor(tap / taps[1]), tap % taps[1]];
      const view = g.reshape(value, [batch, ...windows.output, depth]);
      return g.pad(view, [0, i, j, 0], [0, taps[0] - 1 - i, taps[1] - 1 - j, 0]);
    })
    .reduce((sum, value) => g.add(sum, value));
  const cells = g.transpose(g.reshape(deep, [batch, rows, columns, down, across, channels]), [0, 1, 3, 2, 4, 5]);
  const whole = g.reshape(cells, [batch, rows * down, columns * across, channels]);
  const reach = windows.before.map((start, i) => Math.min(whole.shape[i + 1]!, start + windows.input[i]!));
  const cut = g.slice(whole, [0, ...windows.before, 0], [batch, reach[0]!, reach[1]!, channels]);
  // Pixels behind the last window get nothing.
  return g.pad(cut, [0, 0, 0, 0], [0, ...windows.input.map((size, i) => size - cut.shape[i + 1]!), 0]);
}

/** The transpose of {@link filterTaps}. */
export function fromFilterTaps(g: GraphBuilder, values: readonly Value[], blocks: Blocks): Value {
  const { channels, filters, taps, windows } = blocks;
  const [down, across] = windows.strides;
  const joined = g.reshape(g.concat(values, 0), [...taps, down, across, channels, filters]);
  const cells = g.transpose(joined, [0, 2, 1, 3, 4, 5]);
  const whole = g.reshape(cells, [taps[0] * down, taps[1] * across, channels, filters]);
  return g.slice(whole, [0, 0, 0, 0], [...windows.kernel, channels, filters]);
}

function eachTap(blocks: Blocks, make: (i: number, j: number) => Value): Value[] {
  const made: Value[] = [];
  for (let i = 0; i < blocks.taps[0]; i++) {
    for (let j = 0; j < blocks.taps[1]; j++) made.push(make(i, j));
  }
  return made;
}
