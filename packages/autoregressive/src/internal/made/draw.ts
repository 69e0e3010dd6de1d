import { Breather, sizeOf } from "@latentkit/core/authoring";
import type { MaskedDense } from "@latentkit/layers/authoring";
import { arena, LANES, lanesFor } from "../sampling/arena.js";
import type { Kernels } from "../sampling/kernels.js";
import type { Drawing } from "../sampling/request.js";
import type { MadeDegrees } from "./degrees.js";

/** A layer under one mask, its units sorted by degree: what a unit sees is the beginning of the layer before. */
interface SortedLayer {
  readonly weights: number;
  readonly bias: number;
  readonly units: number;
  readonly values: number;
  /** How many units have a degree of at most d. */
  readonly upTo: readonly number[];
}

/**
 * Draws examples under one mask, value by value: each unit is computed once, when the last value that it sees is drawn, so that an example
 * costs one pass of the network.
 */
export async function drawMade(
  layers: readonly MaskedDense[],
  degrees: MadeDegrees,
  mask: number,
  drawing: Drawing,
  examples: readonly number[],
  begun: number,
): Promise<void> {
  const order = degrees.inputs[mask]!;
  const perValue = layers.at(-1)!.units / order.length;
  const all = [
    order,
    ...degrees.hidden.map((layer) => layer[mask]!),
    order.flatMap((degree) => Array<number>(perValue).fill(degree)),
  ];
  const places = sorted(order);
  const breather = new Breather();
  const parameters = new Float32Array(perValue);
  for (let first = 0; first < examples.length; first += LANES) {
    const chunk = examples.slice(first, first + LANES);
    const lanes = lanesFor(chunk.length);
    const { kernels, floats, layers: sortedLayers, input } = await memoryOf(layers, all, lanes);
    const at = (address: number, unit: number): number => address + unit * lanes * 4;
    for (let degree = 1; degree <= order.length; degree++) {
      const outputs = sortedLayers.at(-1)!;
      const before = sortedLayers.at(-2);
      const y = at(outputs.values, (degree - 1) * perValue);
      kernels.start(y, outputs.bias === 0 ? 0 : outputs.bias + (degree - 1) * perValue * 4, perValue, lanes);
      const [source, seen] = before === undefined ? [input, degree - 1] : [before.values, before.upTo[degree - 1]!];
      kernels.product(y, source, outputs.weights + (degree - 1) * perValue * 4, seen, perValue, outputs.units, lanes);
      chunk.forEach((example, lane) => {
        for (let p = 0; p < perValue; p++) parameters[p] = floats[y / 4 + p * lanes + lane]!;
        floats[at(input, degree - 1) / 4 + lane] = drawing.draw(example, places[degree - 1]!, 0, parameters);
      });
      hiddenStep(kernels, sortedLayers, input, degree, lanes);
      await breather.pause();
      drawing.request.signal?.throwIfAborted();
      drawing.tell((begun + first) * order.length + degree * chunk.length);
    }
  }
}

/** Computes the units that see the value just drawn and none after it. */
function hiddenStep(
  kernels: Kernels,
  layers: readonly SortedLayer[],
  input: number,
  degree: number,
  lanes: number,
): void {
  let [source, seen] = [input, degree];
  for (const { weights, bias, units, values, upTo } of layers.slice(0, -1)) {
    const [from, to] = [upTo[degree - 1]!, upTo[degree]!];
    if (to > from) {
      const y = values + from * lanes * 4;
      kernels.start(y, bias === 0 ? 0 : bias + from * 4, to - from, lanes);
      kernels.product(y, source, weights + from * 4, seen, to - from, units, lanes);
      kernels.relu(y, y, (to - from) * lanes);
    }
    [source, seen] = [values, to];
  }
}

/** Positions in the order of their degrees. */
const sorted = (degrees: readonly number[]): number[] =>
  degrees.map((_, i) => i).sort((a, b) => degrees[a]! - degrees[b]! || a - b);

async function memoryOf(
  layers: readonly MaskedDense[],
  degrees: readonly (readonly number[])[],
  lanes: number,
): Promise<{ kernels: Kernels; floats: Float32Array; layers: SortedLayer[]; input: number }> {
  const { take, make } = arena();
  const input = take(degrees[0]!.length * lanes);
  const placed = layers.map(({ kernel, bias, units }, i) => {
    const order = degrees[i + 1]!;
    const most = degrees[0]!.length;
    const counts = Array.from({ length: most + 1 }, (_, d) => order.filter((degree) => degree <= d).length);
    return {
      weights: take(sizeOf(kernel.shape as number[])),
      bias: bias === undefined ? 0 : take(units),
      values: take(units * lanes),
      units,
      upTo: counts,
    };
  });
  const { kernels, floats } = await make();
  for (const [i, { kernel, bias, units }] of layers.entries()) {
    const [rows, columns] = [sorted(degrees[i]!), sorted(degrees[i + 1]!)];
    const values = (await kernel.read().data()) as Float32Array;
    const { weights, bias: biasAt } = placed[i]!;
    rows.forEach((row, r) => {
      for (let c = 0; c < columns.length; c++) {
        floats[weights / 4 + r * units + c] = values[row * units + columns[c]!]!;
      }
    });
    if (bias === undefined) continue;
    const biases = (await bias.read().data()) as Float32Array;
    columns.forEach((column, c) => {
      floats[biasAt / 4 + c] = biases[column]!;
    });
  }
  return { kernels, floats, layers: placed, input };
}
