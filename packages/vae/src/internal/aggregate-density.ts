import { smoothLogSumExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Density } from "./check-density.js";

/** How q(z) of all data is estimated from the examples of one batch. */
export type AggregateEstimator = "weighted" | "stratified";

/** log q(z) of codes under all data: together `[batch]`, and of each dimension by itself `[batch, latentDim]`. */
export interface AggregateDensity {
  readonly joint: tf.Tensor1D;
  readonly byDimension: tf.Tensor2D;
}

/**
 * The aggregate posterior q(z) = 1/N Σₙ q(z|xₙ) and the product of its marginals at the codes of a batch, estimated from the batch.
 *
 * `weighted`: log 1/(N·M) Σⱼ q(zᵢ|xⱼ), a lower bound in expectation. `stratified`: the sum weighted so that its expectation over
 * batches is q(zᵢ) itself.
 *
 * Source: Chen, Li, Grosse and Duvenaud 2018, appendix C.
 *
 * @param outputs - The encoder's, `[batch, latentDim]` each.
 * @param z - One draw an example, `[batch, latentDim]`.
 */
export function aggregateDensity(
  density: Density,
  outputs: readonly tf.Tensor2D[],
  z: tf.Tensor2D,
  { datasetSize, estimator }: { readonly datasetSize: number; readonly estimator: AggregateEstimator },
): AggregateDensity {
  // [batch of codes, latentDim, batch of examples]
  const each = density(
    outputs.map((output) => tf.expandDims(tf.transpose(output), 0)),
    tf.expandDims(z, 2),
  );
  const logWeights = tf.tensor2d(exampleWeights(z.shape[0], datasetSize, estimator).map((row) => row.map(Math.log)));
  return {
    joint: smoothLogSumExp(tf.add(tf.sum(each, 1), logWeights)) as tf.Tensor1D,
    byDimension: smoothLogSumExp(tf.add(each, tf.expandDims(logWeights, 1))) as tf.Tensor2D,
  };
}

/** Weight of q(zᵢ|xⱼ) in row i and column j. */
export function exampleWeights(batch: number, datasetSize: number, estimator: AggregateEstimator): number[][] {
  const indices = Array.from({ length: batch }, (_, i) => i);
  if (estimator === "weighted") return indices.map(() => indices.map(() => 1 / (batch * datasetSize)));
  // M examples beside the code's own, whose term is a stratum for itself; one of the others stands for what M leaves of N.
  const others = batch - 1;
  const rest = (datasetSize - others) / (datasetSize * others);
  const weight = (i: number, j: number): number => {
    if (j === i) return 1 / datasetSize;
    return j === (i + 1) % batch ? rest : 1 / others;
  };
  return indices.map((i) => indices.map((j) => weight(i, j)));
}
