import type { ShiftedConv2dTranspose } from "@latentkit/layers/authoring";
import type { Builder, Op } from "./op.js";
import { Value } from "./value.js";

/** A shifted transposed convolution: y(r, c) = Σ K(i, j)·x((r − i)/2, (c + left − j)/2) over the taps that meet a place of x. */
export const transposedOp: Builder = (layer, [input]) => {
  const { kernel, bias, filters, left } = layer as ShiftedConv2dTranspose;
  const x = input!;
  const [rows, columns] = kernel.shape as [number, number];
  const grid = { height: x.height * 2, width: x.width * 2, step: x.step / 2 };
  const output = new Value(filters, grid, x.known, x.blocks);
  // Every second row reads what was computed with the row before it.
  x.keep(Math.ceil((rows - 1) / 2), true);
  return {
    output,
    weights: [kernel, ...(bias === undefined ? [] : [bias])],
    // Weights are stored [rows, columns, outputs, inputs]; a product takes inputs first, from a copy.
    scratch: () => rows * columns * filters * x.channels,
    bind: (runtime, turned) => {
      const { kernels, lanes, floats } = runtime;
      const biasAt = bias === undefined ? 0 : runtime.weight(bias);
      const [from, to, inputs] = [runtime.weight(kernel) / 4, turned / 4, x.channels];
      for (let tap = 0; tap < rows * columns; tap++) {
        const at = tap * filters * inputs;
        for (let o = 0; o < filters; o++)
          for (let i = 0; i < inputs; i++) floats[to + at + i * filters + o] = floats[from + at + o * inputs + i]!;
      }
      return (row, column) => {
        const y = output.at(row, column);
        kernels.start(y, biasAt, filters, lanes);
        for (let i = row % 2; i < rows && i <= row; i += 2) {
          for (let j = (column + left) % 2; j < columns; j += 2) {
            const place = (column + left - j) / 2;
            if (place < 0 || place >= x.width) continue;
            const w = turned + (i * columns + j) * filters * inputs * 4;
            kernels.product(y, x.at((row - i) / 2, place), w, inputs, filters, filters, lanes);
          }
        }
      };
    },
  } satisfies Op;
};
