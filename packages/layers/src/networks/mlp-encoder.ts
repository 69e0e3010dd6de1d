import { check } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../activations/functions.js";
import { type Assembly, assembly } from "./assembly.js";
import type { NetworkOptions } from "./options.js";

/** Options of {@link mlpGaussianEncoder}. */
export interface MlpGaussianEncoderOptions extends NetworkOptions {
  /** Shape of one example: `[features]`, `[height, width, channels]`, …; it is flattened. */
  readonly inputShape: readonly number[];
  /** Widths of the hidden layers, from the input on; empty for none. */
  readonly hiddenUnits: readonly number[];
  /** Size of the code. */
  readonly latentDim: number;
}

/** Options of {@link mlpEncoder}. */
export interface MlpEncoderOptions extends MlpGaussianEncoderOptions {
  /** Activation of the code. Default `linear`. */
  readonly outputActivation?: ActivationKind;
}

const NAMES = ["inputShape", "hiddenUnits", "latentDim"];

/**
 * A network of dense layers from data to codes. Layers: `hidden1` … and `code`.
 *
 * **Shapes** `[batch, …inputShape]` → `[batch, latentDim]`.
 *
 * @throws ConfigError for an option that cannot work.
 * @example
 * ```ts
 * import { mlpEncoder } from "@latentkit/layers";
 * const encoder = mlpEncoder({ inputShape: [28, 28, 1], hiddenUnits: [400], latentDim: 20 });
 * ```
 */
export function mlpEncoder(options: MlpEncoderOptions): tf.LayersModel {
  const net = assembly("mlpEncoder", "encoder", options, [...NAMES, "outputActivation"]);
  const { input, hidden } = body("mlpEncoder", net, options);
  const dense = (shared: object) => tf.layers.dense({ ...shared, units: options.latentDim });
  return net.model(input, net.output("code", hidden, dense, options.outputActivation));
}

/**
 * A network of dense layers from data to diagonal Gaussians over codes. Layers: `hidden1` …, `mean` and `logVariance`.
 *
 * **Shapes** `[batch, …inputShape]` → mean and log variance, `[batch, latentDim]` each.
 *
 * **Source** Kingma and Welling, "Auto-Encoding Variational Bayes", 2013, appendix C.2. https://arxiv.org/abs/1312.6114
 *
 * @throws ConfigError for an option that cannot work.
 * @example
 * ```ts
 * import { mlpGaussianEncoder } from "@latentkit/layers";
 * const encoder = mlpGaussianEncoder({ inputShape: [28, 28, 1], hiddenUnits: [400], latentDim: 20 });
 * ```
 */
export function mlpGaussianEncoder(options: MlpGaussianEncoderOptions): tf.LayersModel {
  const net = assembly("mlpGaussianEncoder", "encoder", options, NAMES);
  const { input, hidden } = body("mlpGaussianEncoder", net, options);
  const dense = (shared: object) => tf.layers.dense({ ...shared, units: options.latentDim });
  return net.model(input, [net.output("mean", hidden, dense), net.output("logVariance", hidden, dense)]);
}

function body(
  owner: string,
  net: Assembly,
  options: MlpGaussianEncoderOptions,
): { input: tf.SymbolicTensor; hidden: tf.SymbolicTensor } {
  const must = check(owner);
  const shape = must.sizes("inputShape", options.inputShape);
  must.integer("latentDim", options.latentDim, { min: 1 });
  const input = net.input(shape);
  const flat = shape.length > 1 ? net.apply(tf.layers.flatten({ name: net.named("flatten") }), input) : input;
  return { input, hidden: denseStack(net, flat, must.sizes("hiddenUnits", options.hiddenUnits, 0)) };
}

/** Hidden dense layers `hidden1`, `hidden2`, …. */
export function denseStack(net: Assembly, x: tf.SymbolicTensor, widths: readonly number[]): tf.SymbolicTensor {
  return widths.reduce(
    (y, units, i) => net.hidden(`hidden${i + 1}`, y, (shared) => tf.layers.dense({ ...shared, units })),
    x,
  );
}
