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
    bind: (runtime) => {
      const { kernels, lanes, floats } = runtime;
      const biasAt = bias === undefined ? 0 : runtime.weight(bias);
      // Stored [rows, columns, outputs, inputs]; a product takes inputs first.
      const stored = runtime.weight(kernel) / 4;
      const inputs = x.channels;
      for (let tap = 0; tap < rows * columns; tap++) {
        const at = stored + tap * filters * inputs;
        const matrix = floats.slice(at, at + filters * inputs);
        for (let o = 0; o < filters; o++)
          for (let i = 0; i < inputs; i++) floats[at + i * filters + o] = matrix[o * inputs + i]!;
      }
      return (row, column) => {
        const y = output.at(row, column);
        kernels.start(y, biasAt, filters, lanes);
        for (let i = row % 2; i < rows && i <= row; i += 2) {
          for (let j = (column + left) % 2; j < columns; j += 2) {
            const from = (column + left - j) / 2;
            if (from < 0 || from >= x.width) continue;
            const w = stored * 4 + (i * columns + j) * filters * inputs * 4;
            kernels.product(y, x.at((row - i) / 2, from), w, inputs, filters, filters, lanes);
          }
        }
      };
    },
  } satisfies Op;
};
