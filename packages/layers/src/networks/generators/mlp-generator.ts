import { integer, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../../activations/functions.js";
import { ADVERSARIAL, assembly } from "../assembly.js";
import { activationOption, CONDITIONS, type ConditionOptions, type NetworkOptions, styled } from "../options.js";
import { denseStack, shapedOutput, vectorInput } from "../parts.js";

/** Options of {@link mlpGenerator}. */
export interface MlpGeneratorOptions extends NetworkOptions, ConditionOptions {
  /** Width of the noise, codes included. */
  readonly latentDim: number;
  /** Widths of the hidden layers, from the noise on; empty for none. */
  readonly hiddenUnits: readonly number[];
  /** Shape of one example. */
  readonly outputShape: readonly number[];
  /** Activation of the output. Default `linear`; `sigmoid` for data in [0, 1]. */
  readonly outputActivation?: ActivationKind;
}

const SPECIFICATION = {
  latentDim: integer({ min: 1 }),
  hiddenUnits: sizes({ minLength: 0 }),
  outputShape: sizes(),
  outputActivation: activationOption("linear"),
  activation: activationOption("relu"),
  ...CONDITIONS,
  ...styled("generator"),
} satisfies SpecificationOf<MlpGeneratorOptions>;

/**
 * A fully connected generator, for toy data and small vectors. Inputs: `noise`, and `class` and `condition` where wanted, which
 * are joined with the noise. Layers: `hidden1` … and `output`.
 *
 * **Shapes** `[batch, latentDim]` (, `[batch, classes]`, `[batch, conditionDim]`) → `[batch, …outputShape]`.
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { mlpGenerator } from "@latentkit/layers";
 * const generator = mlpGenerator({ latentDim: 2, hiddenUnits: [128, 128], outputShape: [2] });
 * ```
 */
export function mlpGenerator(options: MlpGeneratorOptions): tf.LayersModel {
  const resolved = resolveOptions("mlpGenerator", SPECIFICATION, options);
  const net = assembly(resolved, ADVERSARIAL);
  const hidden = denseStack(net, vectorInput(net, "noise", [resolved.latentDim], resolved), resolved.hiddenUnits);
  return net.model([shapedOutput(net, hidden, resolved.outputShape, resolved.outputActivation)]);
}
