import { check, seededInitializer } from "@latentkit/core";
import { activation, spectralConv2d, spectralDense } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { extraHeads, linear, type Node, put, withBatchStatistics } from "../internal/network-parts.js";
import type { BatchStatistics, GanNetworkOptions } from "./options.js";

/** Options of {@link dcganDiscriminator}. */
export interface DcganDiscriminatorOptions extends GanNetworkOptions, BatchStatistics {
  /** Height, width and channels of an image; of a pack, with that many times the channels. */
  readonly inputShape: readonly [number, number, number];
  /** Channels of the convolutions, each halving the picture; `[64, 128]` unless given. */
  readonly filters?: readonly number[];
  /** Height and width of the kernels; 4 unless given. */
  readonly kernelSize?: number;
  /**
   * `batch` unless given, as in the paper, not on the first layer. Gradient penalties judge examples one by one and need
   * `none` or `spectral`.
   */
  readonly normalization?: "batch" | "spectral" | "none";
  /** Values of the images: `unit` for [0, 1], `signed` for [−1, 1]; `unit` unless given. */
  readonly range?: "unit" | "signed";
  /** Classes of a second input, one-hot `[batch, classes]`, taken in by projection; no such input unless given. */
  readonly classes?: number;
  /**
   * Units of dense layers after the convolutions, normalised and activated as they are: what the logit, classes and heads have
   * in common. None unless given, as in the paper; a recogniser of codes needs one.
   */
  readonly hiddenUnits?: readonly number[];
  /** Widths of outputs beside the logit, for classes or codes; none unless given. */
  readonly heads?: readonly number[];
}

/**
 * DCGAN's discriminator: convolutions of stride 2 with leaky ReLU (slope 0.2), batch normalisation except on the first, and
 * one logit. A class is taken in by projection: `logit = ψ(φ(x)) + yᵀ·V·φ(x)`.
 *
 * **Shapes**: `[batch, height, width, channels]` (and `[batch, classes]`) → `[batch, 1]` and `[batch, width]` for each head.
 *
 * **Source**: Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative
 * Adversarial Networks", 2016, section 3, https://arxiv.org/abs/1511.06434; projection: Miyato and Koyama, "cGANs with
 * Projection Discriminator", 2018, equation 4.
 *
 * @throws ConfigError for sizes that are no integers > 0.
 * @example
 * ```ts
 * import { dcganDiscriminator } from "@latentkit/gan";
 * const discriminator = dcganDiscriminator({ inputShape: [28, 28, 1], filters: [8, 16] });
 * ```
 */
export function dcganDiscriminator(options: DcganDiscriminatorOptions): tf.LayersModel {
  const { inputShape, filters = [64, 128], kernelSize = 4, normalization = "batch", range = "unit" } = options;
  const { classes, hiddenUnits = [], heads = [], seed = 0, name = "discriminator" } = options;
  const checks = check("dcganDiscriminator");
  checks.sizes("inputShape", inputShape, 3);
  checks.sizes("filters", filters);
  checks.integer("kernelSize", kernelSize, { min: 1 });
  checks.oneOf("normalization", normalization, ["batch", "spectral", "none"]);
  checks.oneOf("range", range, ["unit", "signed"]);
  checks.sizes("hiddenUnits", hiddenUnits, 0);
  checks.sizes("heads", heads, 0);
  if (classes !== undefined) checks.integer("classes", classes, { min: 2 });

  const inputs: Node[] = [tf.input({ shape: [...inputShape], name: `${name}_example` })];
  let node = inputs[0]!;
  if (range === "unit") node = put(tf.layers.rescaling({ scale: 2, offset: -1, name: `${name}_range` }), node);
  for (const [i, count] of filters.entries()) {
    node = put(
      convolution({ count, kernelSize, normalization, first: i === 0, name: `${name}_down${i + 1}`, seed }),
      node,
    );
    if (normalization === "batch" && i > 0) {
      node = put(tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5, name: `${name}_norm${i + 1}` }), node);
    }
    node = put(activation({ kind: "leakyRelu", alpha: 0.2, name: `${name}_leaky${i + 1}` }), node);
  }
  const spectral = normalization === "spectral";
  const dense = (units: number, layer: string) =>
    spectral ? spectralDense({ units, seed, name: layer }) : linear(units, layer, seed, "normal");
  let features = put(tf.layers.flatten({ name: `${name}_features` }), node);
  for (const [i, units] of hiddenUnits.entries()) {
    features = hidden(features, { units, normalization, name: `${name}_hidden${i + 1}`, dense, seed });
  }
  let logit = put(dense(1, `${name}_logit`), withBatchStatistics(features, options, name, seed));
  if (classes !== undefined) {
    inputs.push(tf.input({ shape: [classes], name: `${name}_class` }));
    const agreement = put(dense(classes, `${name}_classes`), features);
    const chosen = put(tf.layers.dot({ axes: -1, name: `${name}_agreement` }), [agreement, inputs[1]!]);
    logit = put(tf.layers.add({ name: `${name}_judgement` }), [logit, chosen]);
  }
  const outputs = extraHeads(features, heads, name, seed);
  return tf.model({ inputs, outputs: outputs.length === 0 ? logit : [logit, ...outputs], name });
}

function convolution(options: {
  readonly count: number;
  readonly kernelSize: number;
  readonly normalization: string;
  readonly first: boolean;
  readonly name: string;
  readonly seed: number;
}): tf.layers.Layer {
  const { count: filters, kernelSize, normalization, first, name, seed } = options;
  if (normalization === "spectral") return spectralConv2d({ filters, kernelSize, strides: 2, seed, name });
  const kernelInitializer = seededInitializer({ kind: "normal", seed, stream: `${name}/kernel` });
  // A bias before batch normalisation would be taken away again.
  const useBias = first || normalization === "none";
  return tf.layers.conv2d({ filters, kernelSize, strides: 2, padding: "same", useBias, kernelInitializer, name });
}

function hidden(
  node: Node,
  options: {
    readonly units: number;
    readonly normalization: string;
    readonly name: string;
    readonly dense: (units: number, layer: string) => tf.layers.Layer;
    readonly seed: number;
  },
): Node {
  const { units, normalization, name, dense, seed } = options;
  const leaky = activation({ kind: "leakyRelu", alpha: 0.2, name: `${name}_leaky` });
  if (normalization !== "batch") return put(leaky, put(dense(units, name), node));
  const kernelInitializer = seededInitializer({ kind: "normal", seed, stream: `${name}/kernel` });
  const unbiased = put(tf.layers.dense({ units, useBias: false, kernelInitializer, name }), node);
  return put(
    leaky,
    put(tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5, name: `${name}_norm` }), unbiased),
  );
}
