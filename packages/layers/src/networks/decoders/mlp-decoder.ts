import { integer, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../../activations/functions.js";
import { assembly } from "../assembly.js";
import { activationOption, CONDITIONS, type ConditionOptions, type NetworkOptions, styled } from "../options.js";
import { denseStack, shapedOutput, vectorInput } from "../parts.js";

/** Options of {@link mlpDecoder}. */
export interface MlpDecoderOptions extends NetworkOptions, ConditionOptions {
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

const SPECIFICATION = {
  latentDim: integer({ min: 1 }),
  hiddenUnits: sizes({ minLength: 0 }),
  outputShape: sizes(),
  parametersPerValue: integer({ min: 1, default: 1 }),
  outputActivation: activationOption("linear"),
  activation: activationOption("relu"),
  ...CONDITIONS,
  ...styled("decoder"),
} satisfies SpecificationOf<MlpDecoderOptions>;

/**
 * A network of dense layers from codes to data. Inputs: `input`, and `class` and `condition` where wanted, which are joined with
 * the code. Layers: `hidden1` … and `output`.
 *
 * **Shapes** `[batch, latentDim]` (, `[batch, classes]`, `[batch, conditionDim]`) → `[batch, …outputShape]` with the last axis
 * times `parametersPerValue`.
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { mlpDecoder } from "@latentkit/layers";
 * const decoder = mlpDecoder({ latentDim: 20, hiddenUnits: [400], outputShape: [28, 28, 1] });
 * ```
 */
export function mlpDecoder(options: MlpDecoderOptions): tf.LayersModel {
  const resolved = resolveOptions("mlpDecoder", SPECIFICATION, options);
  const { latentDim, hiddenUnits, outputShape, parametersPerValue, outputActivation } = resolved;
  const net = assembly(resolved);
  const hidden = denseStack(net, vectorInput(net, "input", [latentDim], resolved), hiddenUnits);
  const shape = [...outputShape.slice(0, -1), outputShape.at(-1)! * parametersPerValue];
  return net.model([shapedOutput(net, hidden, shape, outputActivation)]);
}
