import { check, type InitializerKind, type SeededInitializer, seededInitializer } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { activation } from "../activations/activation.js";
import { ACTIVATION_KINDS, type ActivationKind } from "../activations/functions.js";
import { seededDropout } from "../noise/seeded-dropout.js";
import { NETWORK_OPTIONS, type NetworkOptions } from "./options.js";

/** Activations that are 0 for half their inputs and so need twice the variance: He et al. 2015. */
const RECTIFIERS: readonly ActivationKind[] = ["relu", "leakyRelu", "elu", "gelu", "silu"];

/** What tfjs accepts as a name of layers with weights. */
const NAME = /^[A-Za-z0-9][-A-Za-z0-9._/]*$/;

/** Builds one network: gives layers the network's name, weights their streams, hidden layers the network's style. */
export interface Assembly {
  readonly name: string;
  input(shape: readonly number[]): tf.SymbolicTensor;
  /** Applies a layer that has no weights. */
  apply(layer: tf.layers.Layer, x: tf.SymbolicTensor): tf.SymbolicTensor;
  /** Full name of a layer. */
  named(layer: string): string;
  /** Hidden layer: what `make` builds, then normalisation, activation and dropout. */
  hidden(layer: string, x: tf.SymbolicTensor, make: MakeLayer): tf.SymbolicTensor;
  /** Last layer, with an activation of its own. */
  output(layer: string, x: tf.SymbolicTensor, make: MakeLayer, kind?: ActivationKind): tf.SymbolicTensor;
  model(inputs: tf.SymbolicTensor, outputs: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.LayersModel;
}

/** Makes a layer with weights from what every such layer shares. */
export type MakeLayer = (shared: {
  readonly name: string;
  readonly kernelInitializer: SeededInitializer;
  readonly useBias: boolean;
}) => tf.layers.Layer;

/**
 * Checks the options that all builders share and starts a network.
 *
 * @param owner - The builder, for messages.
 * @param defaultName - Name of the network unless the options have one.
 * @param names - The builder's own options.
 */
export function assembly(
  owner: string,
  defaultName: string,
  options: NetworkOptions,
  names: readonly string[],
): Assembly {
  const must = check(owner);
  must.known(options, [...names, ...NETWORK_OPTIONS]);
  const { activation: kind = "relu", alpha, batchNormalization = false, dropout = 0, seed = 0 } = options;
  const { name = defaultName } = options;
  must.oneOf("activation", kind, ACTIVATION_KINDS);
  if (alpha !== undefined) must.number("alpha", alpha, { min: 0 });
  must.number("dropout", dropout, { min: 0, below: 1 });
  must.integer("seed", seed, { min: 0 });
  must.that(
    "name",
    name,
    NAME.test(name),
    "letters, digits, '-', '.', '_' and '/', beginning with a letter or a digit",
  );

  const named = (layer: string): string => `${name}/${layer}`;
  const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor): tf.SymbolicTensor =>
    layer.apply(x) as tf.SymbolicTensor;
  const kernel = (layer: string, initializer: InitializerKind): SeededInitializer =>
    seededInitializer({ kind: initializer, seed, stream: `${named(layer)}/kernel` });
  const activate = (layer: string, x: tf.SymbolicTensor, chosen: ActivationKind): tf.SymbolicTensor =>
    chosen === "linear" ? x : apply(activation({ kind: chosen, alpha, name: named(`${layer}_${chosen}`) }), x);

  return {
    name,
    named,
    apply,
    input: (shape) => tf.input({ shape: [...shape], name: named("input") }),
    hidden(layer, x, make) {
      const initializer = RECTIFIERS.includes(kind) ? "heNormal" : "glorotUniform";
      // Normalisation subtracts the mean, and a bias with it.
      const shared = {
        name: named(layer),
        kernelInitializer: kernel(layer, initializer),
        useBias: !batchNormalization,
      };
      let y = apply(make(shared), x);
      if (batchNormalization) y = apply(tf.layers.batchNormalization({ name: named(`${layer}_normalization`) }), y);
      y = activate(layer, y, kind);
      return dropout > 0 ? apply(seededDropout({ rate: dropout, name: named(`${layer}_dropout`) }), y) : y;
    },
    output(layer, x, make, outputKind = "linear") {
      must.oneOf("outputActivation", outputKind, ACTIVATION_KINDS);
      const shared = { name: named(layer), kernelInitializer: kernel(layer, "glorotUniform"), useBias: true };
      return activate(layer, apply(make(shared), x), outputKind);
    },
    model: (inputs, outputs) => tf.model({ inputs, outputs, name }),
  };
}
