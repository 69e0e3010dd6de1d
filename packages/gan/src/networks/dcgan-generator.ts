import { check, seededInitializer, sizeOf } from "@latentkit/core";
import { activation } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { type Node, put } from "../internal/network-parts.js";
import type { GanNetworkOptions } from "./options.js";

/** Options of {@link dcganGenerator}. */
export interface DcganGeneratorOptions extends GanNetworkOptions {
  /** Width of the noise, codes included; 64 unless given. */
  readonly latentDim?: number;
  /** Height, width and channels of an image; both sizes divisible by 2 to the number of `filters`. */
  readonly outputShape: readonly [number, number, number];
  /** Channels from the smallest picture on, halving as the picture doubles; `[128, 64]` unless given. */
  readonly filters?: readonly number[];
  /** Height and width of the kernels; 4 unless given: a multiple of the stride, so that no checkerboard is left. */
  readonly kernelSize?: number;
  /** Values of the images: `unit` for [0, 1], which the datasets give, `signed` for [−1, 1]; `unit` unless given. */
  readonly range?: "unit" | "signed";
  /** Classes of a second input, one-hot `[batch, classes]`, for conditional models; no such input unless given. */
  readonly classes?: number;
}

/**
 * DCGAN's generator: a projection, then transposed convolutions of stride 2, batch normalisation and ReLU except at the
 * output, which is a tanh (scaled to [0, 1] where the data are). Weights start at N(0, 0.02²).
 *
 * **Shapes**: `[batch, latentDim]` (and `[batch, classes]`) → `[batch, height, width, channels]`.
 *
 * **Source**: Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative
 * Adversarial Networks", 2016, section 3 and figure 1. https://arxiv.org/abs/1511.06434
 *
 * @throws ConfigError when the image cannot be halved as often as there are filters.
 * @example
 * ```ts
 * import { dcganGenerator } from "@latentkit/gan";
 * const generator = dcganGenerator({ latentDim: 16, outputShape: [28, 28, 1], filters: [16, 8] });
 * ```
 */
export function dcganGenerator(options: DcganGeneratorOptions): tf.LayersModel {
  const { latentDim = 64, outputShape, filters = [128, 64], kernelSize = 4, range = "unit", classes } = options;
  const { seed = 0, name = "generator" } = options;
  const checks = check("dcganGenerator");
  checks.integer("latentDim", latentDim, { min: 1 });
  checks.sizes("outputShape", outputShape, 3);
  checks.sizes("filters", filters);
  checks.integer("kernelSize", kernelSize, { min: 2 });
  checks.oneOf("range", range, ["unit", "signed"]);
  if (classes !== undefined) checks.integer("classes", classes, { min: 2 });
  const [height, width, channels] = outputShape;
  const scale = 2 ** filters.length;
  const divisible = height % scale === 0 && width % scale === 0;
  checks.that(
    "outputShape",
    outputShape,
    divisible,
    `divisible by ${scale} in height and width (one halving per filter)`,
  );

  const init = (layer: string) => seededInitializer({ kind: "normal", seed, stream: `${layer}/kernel` });
  const normalised = (node: Node, i: number) => {
    // PyTorch's momentum of 0.1, the other way round: moving statistics settle within tens of steps.
    const layer = tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5, name: `${name}_norm${i}` });
    return put(activation({ kind: "relu", name: `${name}_relu${i}` }), put(layer, node));
  };

  const inputs: Node[] = [tf.input({ shape: [latentDim], name: `${name}_noise` })];
  if (classes !== undefined) inputs.push(tf.input({ shape: [classes], name: `${name}_class` }));
  let node = inputs.length === 1 ? inputs[0]! : put(tf.layers.concatenate({ name: `${name}_told` }), inputs);
  const start = [height / scale, width / scale, filters[0]!];
  const units = sizeOf(start);
  const project = `${name}_project`;
  node = put(tf.layers.dense({ units, useBias: false, kernelInitializer: init(project), name: project }), node);
  node = normalised(put(tf.layers.reshape({ targetShape: start, name: `${name}_shape` }), node), 0);
  for (const [i, next] of [...filters.slice(1), channels].entries()) {
    const layer = `${name}_up${i + 1}`;
    const last = i === filters.length - 1;
    const shape = { filters: next, kernelSize, strides: 2, padding: "same" as const };
    // A bias before batch normalisation would be taken away again.
    node = put(
      tf.layers.conv2dTranspose({ ...shape, useBias: last, kernelInitializer: init(layer), name: layer }),
      node,
    );
    node = last ? put(activation({ kind: "tanh", name: `${name}_tanh` }), node) : normalised(node, i + 1);
  }
  if (range === "unit") node = put(tf.layers.rescaling({ scale: 0.5, offset: 0.5, name: `${name}_range` }), node);
  return tf.model({ inputs, outputs: node, name });
}
