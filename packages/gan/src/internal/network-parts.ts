import { seededInitializer } from "@latentkit/core";
import { minibatchDiscrimination, minibatchStandardDeviation } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import type { BatchStatistics } from "../networks/options.js";

/** A layer's output inside a network under construction. */
export type Node = tf.SymbolicTensor;

/** Applies a layer while a network is built. */
export function put(layer: tf.layers.Layer, on: Node | Node[]): Node {
  return layer.apply(on) as Node;
}

/** A linear layer with seeded weights. */
export function linear(
  units: number,
  name: string,
  seed: number,
  kind: "glorotUniform" | "heNormal" | "normal" = "glorotUniform",
): tf.layers.Layer {
  const kernelInitializer = seededInitializer({ kind, seed, stream: `${name}/kernel` });
  return tf.layers.dense({ units, kernelInitializer, name });
}

/** Appends what the options ask to know of the batch: `[batch, features]` → `[batch, features + statistics]`. */
export function withBatchStatistics(features: Node, options: BatchStatistics, name: string, seed: number): Node {
  const { minibatchDiscrimination: similarities, minibatchStandardDeviation: deviation = false } = options;
  let node = features;
  if (similarities !== undefined) {
    node = put(minibatchDiscrimination({ ...similarities, seed, name: `${name}_similarities` }), node);
  }
  if (deviation) node = put(minibatchStandardDeviation({ name: `${name}_deviation` }), node);
  return node;
}

/** Hidden layers and outputs for codes or classes beside the logit: one output for each width. */
export function extraHeads(features: Node, widths: readonly number[], name: string, seed: number): Node[] {
  return widths.map((width, i) => put(linear(width, `${name}_head${i + 1}`, seed), features));
}
