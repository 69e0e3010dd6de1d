import { check, sizeOf } from "@latentkit/core";
import { type ActivationKind, activation } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { linear, type Node, put } from "../internal/network-parts.js";
import type { GanNetworkOptions } from "./options.js";

/** Options of {@link mlpGenerator}. */
export interface MlpGeneratorOptions extends GanNetworkOptions {
  /** Width of the noise, codes included. */
  readonly latentDim: number;
  /** Units of the hidden layers. */
  readonly hiddenUnits: readonly number[];
  /** Shape of an example, without the batch. */
  readonly outputShape: readonly number[];
  /** `relu` unless given. */
  readonly activation?: ActivationKind;
  /** `linear` unless given; `sigmoid` for data in [0, 1]. */
  readonly outputActivation?: ActivationKind;
  /** Classes of a second input, one-hot `[batch, classes]`, for conditional models; no such input unless given. */
  readonly classes?: number;
}

/**
 * A fully connected generator, for toy data and small vectors.
 *
 * **Shapes**: `[batch, latentDim]` (and `[batch, classes]`) → `[batch, ...outputShape]`.
 *
 * @throws ConfigError for sizes that are no integers > 0.
 * @example
 * ```ts
 * import { mlpGenerator } from "@latentkit/gan";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [128, 128], outputShape: [2] });
 * ```
 */
export function mlpGenerator(options: MlpGeneratorOptions): tf.LayersModel {
  const { latentDim, hiddenUnits, outputShape, classes, seed = 0, name = "generator" } = options;
  const { activation: kind = "relu", outputActivation = "linear" } = options;
  const checks = check("mlpGenerator");
  checks.integer("latentDim", latentDim, { min: 1 });
  checks.sizes("hiddenUnits", hiddenUnits, 0);
  checks.sizes("outputShape", outputShape);
  if (classes !== undefined) checks.integer("classes", classes, { min: 2 });

  const inputs: Node[] = [tf.input({ shape: [latentDim], name: `${name}_noise` })];
  if (classes !== undefined) inputs.push(tf.input({ shape: [classes], name: `${name}_class` }));
  let node = inputs.length === 1 ? inputs[0]! : put(tf.layers.concatenate({ name: `${name}_told` }), inputs);
  for (const [i, units] of hiddenUnits.entries()) {
    node = put(linear(units, `${name}_hidden${i + 1}`, seed, "heNormal"), node);
    node = put(activation({ kind, name: `${name}_activation${i + 1}` }), node);
  }
  const size = sizeOf(outputShape);
  node = put(linear(size, `${name}_output`, seed), node);
  if (outputActivation !== "linear") node = put(activation({ kind: outputActivation, name: `${name}_range` }), node);
  if (outputShape.length > 1) {
    node = put(tf.layers.reshape({ targetShape: [...outputShape], name: `${name}_shape` }), node);
  }
  return tf.model({ inputs, outputs: node, name });
}
