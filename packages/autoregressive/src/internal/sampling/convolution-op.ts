import { ConfigError } from "@latentkit/core";
import type { CausalConvolution, Taps } from "@latentkit/layers/authoring";
import type { Builder, Op, Runtime } from "./op.js";
import { type Known, latest, Value } from "./value.js";

/** A masked or shifted convolution: a product for each row of a rectangle, since neighbours of a row are neighbours in memory. */
export const convolutionOp: Builder = (layer, [input]) => {
  const convolution = layer as CausalConvolution;
  const { strides, colours, taps, bias, filters } = convolution;
  const x = input!;
  const [shared, own] = [taps.filter(({ writes }) => !writes), taps.filter(({ writes }) => writes)];
  const known = latest("row", ...taps.map((one) => knownThrough(layer.name, one, x, colours)));
  const grid = {
    height: Math.ceil(x.height / strides),
    width: Math.ceil(x.width / strides),
    step: x.step * strides,
  };
  const output = new Value(filters, grid, known, own.length > 0 && x.blocks > 1 && known !== "row" ? colours : 1);
  for (const { rectangle } of taps) {
    const [rows, columns] = [-rectangle.rows[0], rectangle.columns.some((column) => column !== 0)];
    x.keep(rows, columns || rows > 0);
  }
  return {
    output,
    weights: [...taps.map(({ kernel }) => kernel), ...(bias === undefined ? [] : [bias])],
    bind: (runtime) => {
      const biasAt = bias === undefined ? 0 : runtime.weight(bias);
      const everywhere = shared.map((one) => tapsRun(one, x, runtime));
      const within = own.map((one) => tapsRun(one, x, runtime));
      const groups = own.map(({ writes }) => groupOf(writes!));
      const { kernels, lanes } = runtime;
      return (row, column, block) => {
        const y = output.at(row, column);
        if (block === 0) {
          kernels.start(y, biasAt, filters, lanes);
          for (const run of everywhere) run(row * strides, column * strides, y);
        }
        within.forEach((run, i) => {
          if (output.blocks === 1 || groups[i] === block) run(row, column, y);
        });
      };
    },
  } satisfies Op;
};

/** When what a rectangle sees is known. @throws ConfigError when it looks ahead. */
function knownThrough(name: string, { rectangle, reads, writes }: Taps, x: Value, colours: number): Known {
  const [lastRow, lastColumn] = [rectangle.rows[1], rectangle.columns[1]];
  const ahead = (): never => {
    throw new ConfigError(
      `expected layers that see what comes before a place alone, received '${name}', which looks ahead.`,
    );
  };
  if (lastRow > 0) return ahead();
  if (lastRow < 0) return "row";
  if (x.known === "row") return "row";
  if (lastColumn > 0) return ahead();
  if (lastColumn < 0) return "place";
  if (x.blocks === 1) return x.known;
  // Within a place groups of channels become known one after the other: a group may see those up to itself.
  if (reads === undefined || writes === undefined || colours !== x.blocks) return ahead();
  const [last, group] = [(reads[1] * x.blocks) / x.channels - 1, groupOf(writes)];
  if (last > group) return ahead();
  return x.known === "after" && last < group ? "place" : x.known;
}

/** Which group a part of the outputs is: parts are as wide as groups. */
function groupOf([from, to]: readonly [number, number]): number {
  return from / (to - from);
}

type TapsRun = (row: number, column: number, y: number) => void;

function tapsRun({ rectangle, kernel, reads, writes }: Taps, x: Value, runtime: Runtime): TapsRun {
  const { kernels, lanes } = runtime;
  const [rows, columns, inputs, outputs] = kernel.shape as [number, number, number, number];
  const weights = runtime.weight(kernel);
  const [top, left] = [rectangle.rows[0], rectangle.columns[0]];
  const readFrom = (reads?.[0] ?? 0) * lanes * 4;
  const writeTo = (writes?.[0] ?? 0) * lanes * 4;
  return (row, column, y) => {
    const from = Math.max(0, -(column + left));
    const to = Math.min(columns, x.width - (column + left));
    if (to <= from) return;
    for (let i = Math.max(0, -(row + top)); i < rows; i++) {
      if (row + top + i >= x.height) break;
      const source = x.at(row + top + i, column + left + from) + readFrom;
      const w = weights + (i * columns + from) * inputs * outputs * 4;
      kernels.product(y + writeTo, source, w, (to - from) * inputs, outputs, outputs, lanes);
    }
  };
}
