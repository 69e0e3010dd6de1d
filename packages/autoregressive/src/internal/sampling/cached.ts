import { Breather } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { arena, lanesFor } from "./arena.js";
import type { GraphNode } from "./graph.js";
import type { Op, Run, Runtime } from "./op.js";
import type { Plan } from "./plan.js";
import { Drawing, type DrawRequest } from "./request.js";

/** Weights as they were when a draw began. */
type Weights = ReadonlyMap<tf.LayerVariable, Float32Array>;

/**
 * Draws pictures place by place with every layer's values kept: at each place only what is new is computed, so that all of a picture
 * costs about as much as one pass of the network.
 */
export async function drawCached(plan: Plan, request: DrawRequest, network: tf.LayersModel): Promise<Drawing> {
  const drawing = new Drawing(request, plan.input.channels);
  const vectors = await computeVectors(plan, request, network);
  const weights = await readWeights(plan);
  const lanes = lanesFor(request.count);
  for (let first = 0; first < request.count; first += lanes) {
    const count = Math.min(lanes, request.count - first);
    plan.vectors.forEach((vector, i) => {
      const rows = vectors[i]!;
      vector.values = lanesOf(rows, rows.length / request.count, first, count, lanes);
    });
    await drawLanes(plan, await bind(plan, weights, lanes), drawing, first, count);
  }
  return drawing;
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
async function bind(plan: Plan, weights: Weights, lanes: number): Promise<Bound> {
  const { take, make } = arena();
  const ops = allOps(plan);
  for (const value of [plan.input, ...ops.map(({ output }) => output)]) value.place(take(value.size(lanes)), lanes);
  const scratch = new Map(ops.map((op) => [op, take(op.scratch?.(lanes) ?? 0)]));
  const places = new Map([...weights].map(([weight, values]) => [weight, take(values.length)]));
  const { kernels, floats } = await make();
  for (const [weight, values] of weights) floats.set(values, places.get(weight)! / 4);
  const runtime: Runtime = { kernels, floats, lanes, weight: (variable) => places.get(variable)! };
  return { runtime, runs: new Map(ops.map((op) => [op, op.bind(runtime, scratch.get(op)!)])) };
}

function allOps({ rows, places, after }: Plan): Op[] {
  return [...rows, ...places, ...after];
}

async function readWeights(plan: Plan): Promise<Weights> {
  const all = [...new Set(allOps(plan).flatMap((op) => op.weights ?? []))];
  return new Map(
    await Promise.all(all.map(async (weight) => [weight, (await weight.read().data()) as Float32Array] as const)),
  );
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
