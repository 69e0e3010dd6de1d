import { Breather, sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { GraphNode } from "./graph.js";
import { kernelsFor } from "./kernels.js";
import type { Op, Run, Runtime } from "./op.js";
import type { Plan } from "./plan.js";
import { Drawing, type DrawRequest } from "./request.js";

/** Pictures side by side in one run: their values at a few rows of all layers fit in a processor's cache. */
const LANES = 64;

/**
 * Draws pictures place by place with every layer's values kept: at each place only what is new is computed, so that all of a picture
 * costs about as much as one pass of the network.
 */
export async function drawCached(plan: Plan, request: DrawRequest, network: tf.LayersModel): Promise<Float32Array> {
  const drawing = new Drawing(request, plan.input.channels);
  const vectors = await computeVectors(plan, request, network);
  const lanes = Math.min(LANES, Math.ceil(request.count / 8) * 8);
  for (let first = 0; first < request.count; first += lanes) {
    const count = Math.min(lanes, request.count - first);
    plan.vectors.forEach((vector, i) => {
      const rows = vectors[i]!;
      vector.values = lanesOf(rows, rows.length / request.count, first, count, lanes);
    });
    await drawLanes(plan, await bind(plan, lanes), drawing, first, count);
  }
  return drawing.data;
}

/** Ops that are ready to run. */
interface Bound {
  readonly runtime: Runtime;
  readonly runs: ReadonlyMap<Op, Run>;
}

async function drawLanes(
  plan: Plan,
  { runtime, runs }: Bound,
  drawing: Drawing,
  first: number,
  count: number,
): Promise<void> {
  const { input, output } = plan;
  const { floats, lanes } = runtime;
  const { height, width, channels, blocks } = input;
  const breather = new Breather();
  const parameters = new Float32Array(output.channels);
  const rowOps = plan.rows.map((op) => [op.output, runs.get(op)!] as const);
  const [placeOps, afterOps] = [plan.places, plan.after].map((ops) =>
    ops.map((op) => [op.output, runs.get(op)!] as const),
  );
  const each = (ops: typeof rowOps, row: number, column: number, block: number): void => {
    for (const [{ step, blocks: parts }, run] of ops) {
      if ((parts === 1 && block > 0) || row % step !== 0 || column % step !== 0) continue;
      run(row / step, column / step, block);
    }
  };
  for (let row = 0; row < height; row++) {
    for (const [{ step, width: columns }, run] of rowOps) {
      if (row % step === 0) for (let column = 0; column < columns; column++) run(row / step, column, 0);
    }
    for (let column = 0; column < width; column++) {
      const place = row * width + column;
      for (let block = 0; block < blocks; block++) {
        each(placeOps!, row, column, block);
        const [from, to] = [(block * channels) / blocks, ((block + 1) * channels) / blocks];
        const [source, x] = [output.at(row, column) / 4, input.at(row, column) / 4];
        for (let lane = 0; lane < count; lane++) {
          for (let p = 0; p < parameters.length; p++) parameters[p] = floats[source + p * lanes + lane]!;
          for (let value = from; value < to; value++) {
            floats[x + value * lanes + lane] = drawing.draw(first + lane, place, value, parameters);
          }
        }
        each(afterOps!, row, column, block);
      }
      await breather.pause();
      drawing.request.signal?.throwIfAborted();
      drawing.tell(first * drawing.places + (place + 1) * count);
    }
  }
}

/** Memory for a plan — values, weights, what ops keep for themselves — and its ops at work in it. */
async function bind(plan: Plan, lanes: number): Promise<Bound> {
  let floats = 4; // Address 0 stands for no bias.
  const take = (size: number): number => {
    const at = floats * 4;
    floats += Math.ceil(size / 4) * 4;
    return at;
  };
  const ops = [...plan.rows, ...plan.places, ...plan.after];
  for (const value of [plan.input, ...ops.map(({ output }) => output)]) value.place(take(value.size(lanes)), lanes);
  const scratch = new Map(ops.map((op) => [op, take(op.scratch?.(lanes) ?? 0)]));
  const weights = new Map<tf.LayerVariable, number>();
  for (const weight of ops.flatMap((op) => op.weights ?? [])) {
    if (!weights.has(weight)) weights.set(weight, take(sizeOf(weight.shape as number[])));
  }
  const memory = new WebAssembly.Memory({ initial: Math.ceil((floats * 4) / 65536) });
  const view = new Float32Array(memory.buffer);
  for (const [weight, at] of weights) view.set((await weight.read().data()) as Float32Array, at / 4);
  const kernels = await kernelsFor(memory);
  const runtime: Runtime = { kernels, floats: view, lanes, weight: (variable) => weights.get(variable)! };
  return { runtime, runs: new Map(ops.map((op) => [op, op.bind(runtime, scratch.get(op)!)])) };
}

/** What the conditions come to, `[count, channels]` each, by the layers themselves. */
async function computeVectors(
  plan: Plan,
  { conditions }: DrawRequest,
  network: tf.LayersModel,
): Promise<Float32Array[]> {
  const given = new Map<tf.layers.Layer, tf.Tensor>();
  network.inputs.slice(1).forEach(({ sourceLayer }, i) => {
    given.set(sourceLayer, conditions[i]!);
  });
  const value = ({ layer, inputs }: GraphNode): tf.Tensor => {
    const entered = given.get(layer);
    if (entered !== undefined) return entered;
    const before = inputs.map(value);
    return layer.apply(before.length === 1 ? before[0]! : before, { training: false }) as tf.Tensor;
  };
  const tensors = tf.tidy(() => plan.vectors.map(({ node }) => tf.clone(value(node))));
  const data = await Promise.all(tensors.map((tensor) => tensor.data() as Promise<Float32Array>));
  tf.dispose(tensors);
  return data;
}

/** Rows `[pictures, channels]` of some pictures as `[channels, lanes]`. */
function lanesOf(rows: Float32Array, channels: number, first: number, count: number, lanes: number): Float32Array {
  const out = new Float32Array(channels * lanes);
  for (let channel = 0; channel < channels; channel++) {
    for (let lane = 0; lane < count; lane++) out[channel * lanes + lane] = rows[(first + lane) * channels + channel]!;
  }
  return out;
}
