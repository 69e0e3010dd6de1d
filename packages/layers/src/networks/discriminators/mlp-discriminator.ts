import { check, choice, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { ACTIVATION_KINDS, type ActivationKind } from "../../activations/functions.js";
import { maxout } from "../../activations/maxout.js";
import { ADVERSARIAL, assembly, type MakeLayer } from "../assembly.js";
import { CONDITIONS, type ConditionOptions, type NetworkOptions, styled } from "../options.js";
import { denseStack, headOutputs, vectorInput } from "../parts.js";
import { JUDGEMENT, type JudgementOptions, verdict } from "./judgement.js";

/** Options of {@link mlpDiscriminator}. */
export interface MlpDiscriminatorOptions
  extends Omit<NetworkOptions, "activation">,
    ConditionOptions,
    JudgementOptions {
  /** Shape of an example; of a pack, with that many times the last axis. */
  readonly inputShape: readonly number[];
  /** Widths of the hidden layers, from the example on; empty for none. */
  readonly hiddenUnits: readonly number[];
  /** Activation of hidden layers. Default `leakyRelu`; `maxout` takes five linear pieces a unit. */
  readonly activation?: ActivationKind | "maxout";
  /** `spectral` makes every layer of the verdict 1-Lipschitz. Default `none`. */
  readonly normalization?: "none" | "spectral";
}

const SPECIFICATION = {
  inputShape: sizes(),
  hiddenUnits: sizes({ minLength: 0 }),
  activation: choice([...ACTIVATION_KINDS, "maxout"], { default: "leakyRelu" }),
  normalization: choice(["none", "spectral"], { default: "none" }),
  ...CONDITIONS,
  ...JUDGEMENT,
  ...styled("discriminator"),
} satisfies SpecificationOf<MlpDiscriminatorOptions>;

/**
 * A fully connected discriminator or critic. Inputs: `example`, and `class` and `condition` where wanted, which are joined with
 * the example. Layers: `hidden1` …, `logit` and `head1` ….
 *
 * **Shapes** `[batch, …inputShape]` (, `[batch, classes]`, `[batch, conditionDim]`) → `[batch, outputs]` and `[batch, width]` for
 * each head.
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { mlpDiscriminator } from "@latentkit/layers";
 * const critic = mlpDiscriminator({ inputShape: [2], hiddenUnits: [128, 128], activation: "relu" });
 * ```
 */
export function mlpDiscriminator(options: MlpDiscriminatorOptions): tf.LayersModel {
  const resolved = resolveOptions("mlpDiscriminator", SPECIFICATION, options);
  const { inputShape, hiddenUnits, activation, heads } = resolved;
  const spectral = resolved.normalization === "spectral";
  const fits = !spectral || activation !== "maxout";
  check("mlpDiscriminator").that("activation", activation, fits, "another than 'maxout' with `spectral`");
  const plain = !spectral || !resolved.batchNormalization;
  check("mlpDiscriminator").that("batchNormalization", true, plain, "false with `spectral`, whose bound it would lift");

  const pieces = activation === "maxout";
  const net = assembly({ ...resolved, activation: pieces ? "linear" : activation }, { ...ADVERSARIAL, spectral });
  const example = vectorInput(net, "example", inputShape, resolved);
  const maxima =
    (units: number): MakeLayer =>
    ({ name }, weights) =>
      maxout({ units, name, ...weights });
  const features = denseStack(net, example, hiddenUnits, pieces ? maxima : net.dense);
  const heeded = headOutputs(net, features, heads);
  return net.model([verdict(net, features, resolved), ...heeded]);
}
