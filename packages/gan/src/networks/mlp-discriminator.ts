import { check } from "@latentkit/core";
import { type ActivationKind, activation, maxout, spectralDense } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { extraHeads, linear, type Node, put, withBatchStatistics } from "../internal/network-parts.js";
import type { BatchStatistics, GanNetworkOptions } from "./options.js";

/** Options of {@link mlpDiscriminator}. */
export interface MlpDiscriminatorOptions extends GanNetworkOptions, BatchStatistics {
  /** Shape of an example, without the batch; of a pack, with that many times the last axis. */
  readonly inputShape: readonly number[];
  /** Units of the hidden layers. */
  readonly hiddenUnits: readonly number[];
  /** `leakyRelu` unless given; `maxout` takes five linear pieces a unit. */
  readonly activation?: ActivationKind | "maxout";
  /** `spectral` makes every layer 1-Lipschitz; `none` unless given. */
  readonly normalization?: "none" | "spectral";
  /** Classes of a second input, one-hot `[batch, classes]`, for conditional models; no such input unless given. */
  readonly classes?: number;
  /** Widths of outputs beside the logit, for classes or codes; none unless given. */
  readonly heads?: readonly number[];
}

/**
 * A fully connected discriminator or critic that ends in one logit.
 *
 * **Shapes**: `[batch, ...inputShape]` (and `[batch, classes]`) → `[batch, 1]` and `[batch, width]` for each head.
 *
 * @throws ConfigError for sizes that are no integers > 0.
 * @example
 * ```ts
 * import { mlpDiscriminator } from "@latentkit/gan";
 * const critic = mlpDiscriminator({ inputShape: [2], hiddenUnits: [128, 128], activation: "relu" });
 * ```
 */
export function mlpDiscriminator(options: MlpDiscriminatorOptions): tf.LayersModel {
  const { inputShape, hiddenUnits, classes, heads = [], seed = 0, name = "discriminator" } = options;
  const { activation: kind = "leakyRelu", normalization = "none" } = options;
  const checks = check("mlpDiscriminator");
  checks.sizes("inputShape", inputShape);
  checks.sizes("hiddenUnits", hiddenUnits, 0);
  checks.sizes("heads", heads, 0);
  checks.oneOf("normalization", normalization, ["none", "spectral"]);
  if (classes !== undefined) checks.integer("classes", classes, { min: 2 });
  checks.that(
    "activation",
    kind,
    kind !== "maxout" || normalization === "none",
    "another than 'maxout' with `spectral`",
  );

  const dense = (units: number, layer: string) =>
    normalization === "spectral" ? spectralDense({ units, seed, name: layer }) : linear(units, layer, seed, "heNormal");
  const inputs: Node[] = [tf.input({ shape: [...inputShape], name: `${name}_example` })];
  let node = inputs[0]!;
  if (inputShape.length > 1) node = put(tf.layers.flatten({ name: `${name}_flat` }), node);
  if (classes !== undefined) {
    inputs.push(tf.input({ shape: [classes], name: `${name}_class` }));
    node = put(tf.layers.concatenate({ name: `${name}_told` }), [node, inputs[1]!]);
  }
  for (const [i, units] of hiddenUnits.entries()) {
    const layer = `${name}_hidden${i + 1}`;
    if (kind === "maxout") {
      node = put(maxout({ units, seed, name: layer }), node);
    } else {
      node = put(activation({ kind, name: `${name}_activation${i + 1}` }), put(dense(units, layer), node));
    }
  }
  const outputs = extraHeads(node, heads, name, seed);
  const seen = withBatchStatistics(node, options, name, seed);
  const logit = put(normalization === "spectral" ? dense(1, `${name}_logit`) : linear(1, `${name}_logit`, seed), seen);
  return tf.model({ inputs, outputs: outputs.length === 0 ? logit : [logit, ...outputs], name });
}
