import { ConfigError } from "@latentkit/core";
import { integer, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../activations/functions.js";
import { assembly } from "./assembly.js";
import { mlpDecoder } from "./decoders/mlp-decoder.js";
import { mlpGaussianEncoder } from "./encoders/mlp-encoder.js";
import { activationOption, styled } from "./options.js";
import { vectorInput } from "./parts.js";

/** Options of {@link ladderNetworks}. */
export interface LadderNetworksOptions {
  /** Shape of one example; it is flattened. */
  readonly inputShape: readonly number[];
  /** Size of each level's codes, the lowest first. Default `[64, 32, 16, 8, 4]`, as in the paper. */
  readonly latentDims?: readonly number[];
  /** Width of the hidden layer at each level, in both directions. Default `[512, 256, 128, 64, 32]`, as in the paper. */
  readonly hiddenUnits?: readonly number[];
  /** Outputs for each value, a likelihood's `parametersPerValue`. Default 1. */
  readonly parametersPerValue?: number;
  /** Activation of hidden layers. Default `leakyRelu`. */
  readonly activation?: ActivationKind;
  /** Normalise each hidden layer over the batch, before its activation: the paper's choice for five levels. Default false. */
  readonly batchNormalization?: boolean;
  /** Seed of the initial weights. Default 0. */
  readonly seed?: number;
}

const { batchNormalization, seed } = styled("encoder");
const SPECIFICATION = {
  inputShape: sizes(),
  latentDims: sizes({ default: [64, 32, 16, 8, 4] }),
  hiddenUnits: sizes({ default: [512, 256, 128, 64, 32] }),
  parametersPerValue: integer({ min: 1, default: 1 }),
  activation: activationOption("leakyRelu"),
  batchNormalization,
  seed,
} satisfies SpecificationOf<LadderNetworksOptions>;

/** The networks of a ladder variational autoencoder, under its options' names. */
export interface LadderNetworks {
  readonly encoder: tf.LayersModel;
  readonly decoder: tf.LayersModel;
  /** From the codes of a level to the Gaussian of the level below: `level1`, the lowest, … */
  readonly levels: Readonly<Record<string, tf.LayersModel>>;
}

/**
 * The networks of a ladder variational autoencoder, with one hidden layer a level in each direction.
 *
 * **Shapes** encoder: `[batch, …inputShape]` → means and log variances `[batch, Σ latentDims]`, the lowest level first; levels:
 * `[batch, latentDims[l + 1]]` → mean and log variance `[batch, latentDims[l]]`; decoder: `[batch, latentDims[0]]` → `[batch, …inputShape]`
 * with the last axis times `parametersPerValue`.
 *
 * **Source** Sønderby et al., "Ladder Variational Autoencoders", 2016, section 3. https://arxiv.org/abs/1602.02282
 *
 * @throws ConfigError for an option that is misspelt or cannot work, such as lists of two lengths.
 * @example
 * ```ts
 * import { ladderNetworks } from "@latentkit/layers";
 * const { encoder, decoder, levels } = ladderNetworks({ inputShape: [28, 28, 1], latentDims: [16, 4], hiddenUnits: [64, 32] });
 * ```
 */
export function ladderNetworks(options: LadderNetworksOptions): LadderNetworks {
  const { inputShape, latentDims, hiddenUnits, parametersPerValue, ...style } = resolveOptions(
    "ladderNetworks",
    SPECIFICATION,
    options,
  );
  if (latentDims.length !== hiddenUnits.length) {
    throw new ConfigError(
      `ladderNetworks: expected \`hiddenUnits\` and \`latentDims\` to have a number a level each, received ${hiddenUnits.length} and ${latentDims.length}.`,
    );
  }
  const net = assembly({ ...style, name: "encoder" });
  let x = vectorInput(net, "input", inputShape, {});
  const parameters: { mean: tf.SymbolicTensor; logVariance: tf.SymbolicTensor }[] = [];
  for (const [l, units] of hiddenUnits.entries()) {
    x = net.hidden(`hidden${l + 1}`, x, net.dense(units));
    const output = (name: string): tf.SymbolicTensor => net.output(`${name}${l + 1}`, x, net.dense(latentDims[l]!));
    parameters.push({ mean: output("mean"), logVariance: output("logVariance") });
  }
  const together = (name: "mean" | "logVariance"): tf.SymbolicTensor =>
    parameters.length === 1
      ? parameters[0]![name]
      : net.apply(
          tf.layers.concatenate({ name: net.named(name) }),
          parameters.map((level) => level[name]),
        );
  const levels = latentDims.slice(1).map((above, l) => [
    `level${l + 1}`,
    mlpGaussianEncoder({
      ...{ inputShape: [above], hiddenUnits: [hiddenUnits[l + 1]!], latentDim: latentDims[l]! },
      ...{ ...style, name: `level${l + 1}` },
    }),
  ]);
  return {
    encoder: net.model([together("mean"), together("logVariance")]),
    decoder: mlpDecoder({
      ...{ latentDim: latentDims[0]!, hiddenUnits: [hiddenUnits[0]!], outputShape: inputShape, parametersPerValue },
      ...style,
    }),
    levels: Object.fromEntries(levels),
  };
}
