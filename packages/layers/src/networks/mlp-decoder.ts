import { check, sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../activations/functions.js";
import { assembly } from "./assembly.js";
import { denseStack } from "./mlp-encoder.js";
import type { NetworkOptions } from "./options.js";

/** Options of {@link mlpDecoder}. */
export interface MlpDecoderOptions extends NetworkOptions {
  /** Size of the code. */
  readonly latentDim: number;
  /** Widths of the hidden layers, from the code on; empty for none. */
  readonly hiddenUnits: readonly number[];
  /** Shape of one example. */
  readonly outputShape: readonly number[];
  /** Outputs for each value, a likelihood's `parametersPerValue`. Default 1. */
  readonly parametersPerValue?: number;
  /** Activation of the output. Default `linear`, which is what likelihoods expect. */
  readonly outputActivation?: ActivationKind;
}

/**
 * A network of dense layers from codes to data. Layers: `hidden1` … and `output`.
 *
 * **Shapes** `[batch, latentDim]` → `[batch, …outputShape]` with the last axis times `parametersPerValue`.
 *
 * @throws ConfigError for an option that cannot work.
 * @example
 * ```ts
 * import { mlpDecoder } from "@latentkit/layers";
 * const decoder = mlpDecoder({ latentDim: 20, hiddenUnits: [400], outputShape: [28, 28, 1] });
 * ```
 */
export function mlpDecoder(options: MlpDecoderOptions): tf.LayersModel {
  const net = assembly("mlpDecoder", "decoder", options, [
    "latentDim",
    "hiddenUnits",
    "outputShape",
    "parametersPerValue",
    "outputActivation",
  ]);
  const must = check("mlpDecoder");
  const perValue = must.integer("parametersPerValue", options.parametersPerValue ?? 1, { min: 1 });
  const shape = [...must.sizes("outputShape", options.outputShape)];
  shape.push(shape.pop()! * perValue);
  const units = sizeOf(shape);

  const input = net.input([must.integer("latentDim", options.latentDim, { min: 1 })]);
  const hidden = denseStack(net, input, must.sizes("hiddenUnits", options.hiddenUnits, 0));
  const dense = (shared: object) => tf.layers.dense({ ...shared, units });
  const output = net.output("output", hidden, dense, options.outputActivation);
  if (shape.length === 1) return net.model(input, output);
  return net.model(input, net.apply(tf.layers.reshape({ targetShape: shape, name: net.named("reshape") }), output));
}
