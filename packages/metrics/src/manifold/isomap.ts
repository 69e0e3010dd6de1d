import { ConfigError, DataError } from "@latentkit/core";
import { Breather, check, integer, optional, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { breathing } from "../internal/breathing.js";
import { collectFeatures, flatten } from "../internal/collect-features.js";
import type { Examples } from "../internal/each-batch.js";
import { neighbourGraph, shortestPaths } from "../internal/neighbour-graph.js";
import { type ReadingOptions, reading } from "../internal/options.js";
import { symmetricEigen } from "../internal/symmetric-eigen.js";

/** Options of {@link isomap}. */
export interface IsomapOptions extends ReadingOptions {
  /** Coordinates of the embedding. Default 2. */
  readonly components?: number;
  /** How many nearest neighbours each example is joined with. Default 10. Too many take short cuts between folds. */
  readonly neighbours?: number;
  /** Examples from which ways are measured to all. Default 200, and at most as many as there are. */
  readonly landmarks?: number;
}

/**
 * Landmark Isomap: coordinates in which straight distances are the lengths of ways *along* the data. Unrolls what a neighbourhood
 * graph can follow; it has no encoder for new examples, which `geometryAutoencoder` learns.
 *
 * Joins each example with its nearest, takes shortest paths δ in that graph from landmarks (each the farthest from those before),
 * embeds the landmarks by classical scaling, B = −½·H δ² H = V Λ Vᵀ, and every example by its ways to them,
 * z = −½·Λ^(−½) Vᵀ (δ²(x) − mean δ²).
 *
 * **Shapes** `[n, …]` → `[n, components]`, the caller's to dispose, with mean 0. **Units**: those of the data. **Memory**: the data,
 * and landmarks · n numbers. **Time**: n² distances: 5,000 points in space take seconds, 5,000 digits about a minute.
 *
 * **Source**: Tenenbaum, de Silva and Langford, "A Global Geometric Framework for Nonlinear Dimensionality Reduction", 2000,
 * https://doi.org/10.1126/science.290.5500.2319; landmarks: de Silva and Tenenbaum, "Sparse Multidimensional Scaling Using
 * Landmark Points", 2004.
 *
 * @param data - A dataset, in its stored order, or a tensor `[n, …]`; examples are flattened.
 * @throws DataError when the graph falls apart, or has fewer dimensions than asked for; ConfigError for options out of range.
 * @example
 * ```ts
 * import { swissRoll } from "@latentkit/data";
 * import { isomap } from "@latentkit/metrics";
 * const flat = await isomap(swissRoll({ count: 500 }), { neighbours: 8 }); // [500, 2]
 * ```
 */
export async function isomap(data: Examples, options: IsomapOptions = {}): Promise<tf.Tensor2D> {
  const owner = "isomap";
  const specification = {
    ...reading(512, 2),
    components: integer({ min: 1, default: 2 }),
    neighbours: optional(integer({ min: 1 })),
    landmarks: integer({ min: 1, default: 200 }),
  };
  const { components, landmarks: most, neighbours: asked, ...plan } = resolveOptions(owner, specification, options);
  const flat = await collectFeatures(owner, "data", data, flatten, plan);
  const [n, size] = flat.shape;
  const rows = (await flat.data()) as Float32Array;
  flat.dispose();
  if (n < 2) throw new DataError(`${owner}: expected at least two examples, received ${n}.`);
  const neighbours = check(owner).integer("neighbours", asked ?? Math.min(10, n - 1), { min: 1, max: n - 1 });
  const count = Math.min(n, most);
  if (count <= components) {
    throw new ConfigError(`${owner}: expected more landmarks than components (${components}), received ${count}.`);
  }
  const breather = new Breather();
  const pause = async (): Promise<void> => {
    await breather.pause();
    plan.signal?.throwIfAborted();
  };
  const graph = await neighbourGraph(rows, size, neighbours, pause);
  const { landmarks, squares } = await farthestLandmarks(n, count, (from) => shortestPaths(graph, from), pause);
  return tf.tensor2d(await scaling(n, landmarks, squares, components, plan.signal), [n, components]);
}

/** Landmarks, each the farthest from those before, and squared ways from each to all examples. */
async function farthestLandmarks(
  n: number,
  count: number,
  waysFrom: (node: number) => Float64Array,
  pause: () => Promise<void>,
): Promise<{ landmarks: number[]; squares: Float64Array[] }> {
  const nearest = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  const landmarks: number[] = [];
  const squares: Float64Array[] = [];
  for (let next = 0; landmarks.length < count; ) {
    const ways = waysFrom(next);
    const reached = ways.reduce((sum, way) => sum + Number(Number.isFinite(way)), 0);
    if (reached < n) {
      throw new DataError(
        `isomap: expected neighbours to join all ${n} examples, received a part of ${reached} and others; pass more \`neighbours\`.`,
      );
    }
    landmarks.push(next);
    squares.push(ways.map((way) => way * way));
    let farthest = 0;
    for (const [i, way] of ways.entries()) {
      nearest[i] = Math.min(nearest[i]!, way);
      if (nearest[i]! > nearest[farthest]!) farthest = i;
    }
    next = farthest;
    await pause();
  }
  return { landmarks, squares };
}

/** Classical scaling of the landmarks and triangulation of all examples, centred: n × components, row by row. */
async function scaling(
  n: number,
  landmarks: readonly number[],
  squares: readonly Float64Array[],
  components: number,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const count = landmarks.length;
  const means = squares.map((row) => landmarks.reduce((sum, j) => sum + row[j]!, 0) / count);
  const mean = means.reduce((sum, value) => sum + value, 0) / count;
  const centred = Float64Array.from({ length: count * count }, (_, at) => {
    const [i, j] = [Math.floor(at / count), at % count];
    return -0.5 * (squares[i]![landmarks[j]!]! - means[i]! - means[j]! + mean);
  });
  const { values, vectors } = await breathing(symmetricEigen(centred, count), signal);
  const embedding = new Float32Array(n * components);
  for (let k = 0; k < components; k++) {
    const value = values[k]!;
    if (!(value > 1e-12 * values[0]!)) {
      throw new DataError(`isomap: expected data of at least ${components} dimensions, received ${k}.`);
    }
    const vector = vectors.subarray(k * count, (k + 1) * count);
    const coordinates = Float64Array.from({ length: n }, (_, i) => {
      let sum = 0;
      for (let l = 0; l < count; l++) sum += vector[l]! * (squares[l]![i]! - means[l]!);
      return (-0.5 * sum) / Math.sqrt(value);
    });
    const centre = coordinates.reduce((sum, value) => sum + value, 0) / n;
    for (let i = 0; i < n; i++) embedding[i * components + k] = coordinates[i]! - centre;
  }
  return embedding;
}
