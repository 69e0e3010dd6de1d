import { integer, type Resolved, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../../activations/functions.js";
import { type Assembly, assembly } from "../assembly.js";
import {
  activationOption,
  CONDITIONS,
  type ConditionOptions,
  HEADS,
  type HeadOptions,
  type NetworkOptions,
  styled,
} from "../options.js";
import { denseStack, vectorInput } from "../parts.js";
import { codeEncoder, gaussianEncoder } from "./outputs.js";

/** Options of {@link mlpGaussianEncoder}. */
export interface MlpGaussianEncoderOptions extends NetworkOptions, ConditionOptions, HeadOptions {
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

const GAUSSIAN = {
  inputShape: sizes(),
  hiddenUnits: sizes({ minLength: 0 }),
  latentDim: integer({ min: 1 }),
  activation: activationOption("relu"),
  ...CONDITIONS,
  ...HEADS,
  ...styled("encoder"),
} satisfies SpecificationOf<MlpGaussianEncoderOptions>;

const PLAIN = {
  ...GAUSSIAN,
  outputActivation: activationOption("linear"),
} satisfies SpecificationOf<MlpEncoderOptions>;

/**
 * A network of dense layers from data to codes. Inputs: `input`, and `class` and `condition` where wanted, which are joined with
 * the data. Layers: `hidden1` …, `code` and `head1` ….
 *
 * **Shapes** `[batch, …inputShape]` (, `[batch, classes]`, `[batch, conditionDim]`) → `[batch, latentDim]` and `[batch, width]`
 * for each head.
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { mlpEncoder } from "@latentkit/layers";
 * const encoder = mlpEncoder({ inputShape: [28, 28, 1], hiddenUnits: [400], latentDim: 20 });
 * ```
 */
export function mlpEncoder(options: MlpEncoderOptions): tf.LayersModel {
  const resolved = resolveOptions("mlpEncoder", PLAIN, options);
  const { net, hidden } = body(resolved);
  return codeEncoder(net, hidden, resolved);
}

/**
 * A network of dense layers from data to diagonal Gaussians over codes. Inputs as in {@link mlpEncoder}. Layers: `hidden1` …,
 * `mean`, `logVariance` and `head1` ….
 *
 * **Shapes** `[batch, …inputShape]` (, `[batch, classes]`, `[batch, conditionDim]`) → mean and log variance, `[batch, latentDim]`
 * each, and `[batch, width]` for each head.
 *
 * **Source** Kingma and Welling, "Auto-Encoding Variational Bayes", 2013, appendix C.2. https://arxiv.org/abs/1312.6114
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { mlpGaussianEncoder } from "@latentkit/layers";
 * const encoder = mlpGaussianEncoder({ inputShape: [28, 28, 1], hiddenUnits: [400], latentDim: 20, classes: 10 });
 * ```
 */
export function mlpGaussianEncoder(options: MlpGaussianEncoderOptions): tf.LayersModel {
  const resolved = resolveOptions("mlpGaussianEncoder", GAUSSIAN, options);
  const { net, hidden } = body(resolved);
  return gaussianEncoder(net, hidden, resolved);
}

function body(options: Resolved<typeof GAUSSIAN>): { net: Assembly; hidden: tf.SymbolicTensor } {
  const net = assembly(options);
  const x = vectorInput(net, "input", options.inputShape, options);
  return { net, hidden: denseStack(net, x, options.hiddenUnits) };
}
