import { check } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../activations/functions.js";
import { type Assembly, assembly } from "./assembly.js";
import { CONVOLUTION_OPTIONS, type ConvolutionOptions, convolutions, imageShape } from "./convolutions.js";
import { denseStack } from "./mlp-encoder.js";

/** How an encoder makes images smaller. */
export type Downsampling = "strides" | "maxPooling" | "averagePooling";

/** Options of {@link convGaussianEncoder}. */
export interface ConvGaussianEncoderOptions extends ConvolutionOptions {
  /** Shape of one image, `[height, width, channels]`; any size. */
  readonly inputShape: readonly number[];
  /** Size of the code. */
  readonly latentDim: number;
  /**
   * Strided convolutions (default), or convolutions of stride 1 each followed by a pooling with `strides`. Poolings of
   * TensorFlow.js cannot be differentiated twice.
   */
  readonly downsampling?: Downsampling;
}

/** Options of {@link convEncoder}. */
export interface ConvEncoderOptions extends ConvGaussianEncoderOptions {
  /** Activation of the code. Default `linear`. */
  readonly outputActivation?: ActivationKind;
}

const NAMES = ["inputShape", "latentDim", "downsampling", ...CONVOLUTION_OPTIONS];

/**
 * A network of convolutions from images to codes. Layers: `conv1` …, `hidden1` … and `code`.
 *
 * Padding is 'same': a side of s pixels becomes ⌈s / stride⌉, so sizes need not be divisible by the strides, and
 * {@link convDecoder} with the same numbers in reverse returns to the exact size.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, latentDim]`.
 *
 * @throws ConfigError for an option that cannot work.
 * @example
 * ```ts
 * import { convEncoder } from "@latentkit/layers";
 * const encoder = convEncoder({ inputShape: [28, 28, 1], filters: [32, 64], latentDim: 16 });
 * ```
 */
export function convEncoder(options: ConvEncoderOptions): tf.LayersModel {
  const net = assembly("convEncoder", "encoder", options, [...NAMES, "outputActivation"]);
  const { input, hidden } = body("convEncoder", net, options);
  const dense = (shared: object) => tf.layers.dense({ ...shared, units: options.latentDim });
  return net.model(input, net.output("code", hidden, dense, options.outputActivation));
}

/**
 * A network of convolutions from images to diagonal Gaussians over codes. Layers: `conv1` …, `hidden1` …, `mean` and
 * `logVariance`. Padding as in {@link convEncoder}.
 *
 * **Shapes** `[batch, height, width, channels]` → mean and log variance, `[batch, latentDim]` each.
 *
 * @throws ConfigError for an option that cannot work.
 * @example
 * ```ts
 * import { convGaussianEncoder } from "@latentkit/layers";
 * const encoder = convGaussianEncoder({ inputShape: [28, 28, 1], filters: [32, 64], latentDim: 16 });
 * ```
 */
export function convGaussianEncoder(options: ConvGaussianEncoderOptions): tf.LayersModel {
  const net = assembly("convGaussianEncoder", "encoder", options, NAMES);
  const { input, hidden } = body("convGaussianEncoder", net, options);
  const dense = (shared: object) => tf.layers.dense({ ...shared, units: options.latentDim });
  return net.model(input, [net.output("mean", hidden, dense), net.output("logVariance", hidden, dense)]);
}

function body(
  owner: string,
  net: Assembly,
  options: ConvGaussianEncoderOptions,
): { input: tf.SymbolicTensor; hidden: tf.SymbolicTensor } {
  const must = check(owner);
  const shape = imageShape(owner, "inputShape", options.inputShape);
  must.integer("latentDim", options.latentDim, { min: 1 });
  const downsampling = must.oneOf("downsampling", options.downsampling ?? "strides", [
    "strides",
    "maxPooling",
    "averagePooling",
  ]);
  const input = net.input(shape);
  let x = input;
  for (const [i, { filters, kernelSize, strides }] of convolutions(owner, options).entries()) {
    const layer = `conv${i + 1}`;
    const taken = downsampling === "strides" ? strides : 1;
    x = net.hidden(layer, x, (shared) =>
      tf.layers.conv2d({ ...shared, filters, kernelSize, strides: taken, padding: "same" }),
    );
    if (taken === strides) continue;
    const pooling = { poolSize: strides, strides, padding: "same", name: net.named(`${layer}_pooling`) } as const;
    x = net.apply(
      downsampling === "maxPooling" ? tf.layers.maxPooling2d(pooling) : tf.layers.averagePooling2d(pooling),
      x,
    );
  }
  const flat = net.apply(tf.layers.flatten({ name: net.named("flatten") }), x);
  return { input, hidden: denseStack(net, flat, must.sizes("hiddenUnits", options.hiddenUnits ?? [], 0)) };
}
