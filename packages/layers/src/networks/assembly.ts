import { type InitializerKind, type SeededInitializer, seededInitializer } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { activation } from "../activations/activation.js";
import type { ActivationKind } from "../activations/functions.js";
import { seededDropout } from "../noise/seeded-dropout.js";
import { spectralDense } from "../spectral/spectral-dense.js";
import type { NetworkOptions } from "./options.js";

/** Activations that are 0 for half their inputs and so need twice the variance: He et al. 2015. */
const RECTIFIERS: readonly ActivationKind[] = ["relu", "leakyRelu", "elu", "gelu", "silu"];

/** What a family of networks does otherwise than encoders and decoders. */
export interface Conventions {
  /** Initial weights of hidden layers. Default by their activation. */
  readonly hidden?: InitializerKind;
  /** Initial weights of outputs. Default `glorotUniform`. */
  readonly output?: InitializerKind;
  /** Between network and layer in the names of random streams. Default `/`. */
  readonly separator?: string;
  /** Momentum and ε of normalisation over the batch. */
  readonly normalization?: { readonly momentum: number; readonly epsilon: number };
  /** Whether dense layers are divided by their largest singular value. */
  readonly spectral?: boolean;
}

/** Generators and discriminators start from streams named with `_`, so that seeds stand for the same networks as ever. */
export const ADVERSARIAL: Conventions = { hidden: "heNormal", separator: "_" };

/** What one layer does otherwise than its network. */
export interface LayerStyle {
  readonly activation?: ActivationKind;
  readonly initializer?: InitializerKind;
  readonly batchNormalization?: boolean;
}

/** What layers of our own take in place of an initialiser. */
export interface WeightStream {
  readonly seed: number;
  readonly stream: string;
}

/** Makes a layer with weights, and what else follows before normalisation, from what every such layer shares. */
export type MakeLayer = (
  shared: { readonly name: string; readonly kernelInitializer: SeededInitializer; readonly useBias: boolean },
  weights: WeightStream,
) => tf.layers.Layer | readonly tf.layers.Layer[];

/** Builds one network: gives layers the network's name, weights their streams, hidden layers the network's style. */
export interface Assembly {
  /** Full name of a layer. */
  named(layer: string): string;
  /** Random stream of a layer's weights. */
  weights(layer: string): WeightStream;
  /** An input; a network takes its inputs in the order in which they were made. */
  input(layer: string, shape: readonly number[]): tf.SymbolicTensor;
  /** Applies a layer that has no weights. */
  apply(layer: tf.layers.Layer, x: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor;
  /** Makes a dense layer. */
  dense(units: number): MakeLayer;
  /** Hidden layer: what `make` builds, then normalisation, activation and dropout. */
  hidden(layer: string, x: tf.SymbolicTensor, make: MakeLayer, style?: LayerStyle): tf.SymbolicTensor;
  /** Last layer, linear unless its style has an activation. */
  output(layer: string, x: tf.SymbolicTensor, make: MakeLayer, style?: LayerStyle): tf.SymbolicTensor;
  model(outputs: readonly tf.SymbolicTensor[]): tf.LayersModel;
}

/** Options of a network with their defaults. */
type Style = NetworkOptions & Required<Pick<NetworkOptions, "name" | "seed">>;

/** Starts a network. */
export function assembly(options: Style, conventions: Conventions = {}): Assembly {
  const { name, seed, activation: usual = "linear", alpha, batchNormalization = false, dropout = 0 } = options;
  const { separator = "/", output: usualOutput = "glorotUniform", normalization, spectral = false } = conventions;
  const inputs: tf.SymbolicTensor[] = [];

  const named = (layer: string): string => `${name}/${layer}`;
  const weights = (layer: string): WeightStream => ({ seed, stream: `${name}${separator}${layer}` });
  const apply: Assembly["apply"] = (layer, x) => layer.apply(x) as tf.SymbolicTensor;
  const made = (
    layer: string,
    x: tf.SymbolicTensor,
    make: MakeLayer,
    kind: InitializerKind,
    useBias: boolean,
  ): tf.SymbolicTensor => {
    const kernelInitializer = seededInitializer({ kind, seed, stream: `${weights(layer).stream}/kernel` });
    const layers = make({ name: named(layer), kernelInitializer, useBias }, weights(layer));
    return [layers].flat().reduce((y, each) => apply(each, y), x);
  };
  const activate = (layer: string, x: tf.SymbolicTensor, kind: ActivationKind): tf.SymbolicTensor =>
    kind === "linear" ? x : apply(activation({ kind, alpha, name: named(`${layer}_${kind}`) }), x);

  return {
    named,
    weights,
    apply,
    input(layer, shape) {
      const input = tf.input({ shape: [...shape], name: named(layer) });
      inputs.push(input);
      return input;
    },
    dense:
      (units) =>
      (shared, { seed, stream }) => {
        const { name, useBias } = shared;
        return spectral ? spectralDense({ units, useBias, seed, stream, name }) : tf.layers.dense({ ...shared, units });
      },
    hidden(layer, x, make, style = {}) {
      const { activation: kind = usual, batchNormalization: normalized = batchNormalization } = style;
      const usualKernel = conventions.hidden ?? (RECTIFIERS.includes(kind) ? "heNormal" : "glorotUniform");
      // Normalisation subtracts the mean, and a bias with it.
      let y = made(layer, x, make, style.initializer ?? usualKernel, !normalized);
      const normal = { ...normalization, name: named(`${layer}_normalization`) };
      if (normalized) y = apply(tf.layers.batchNormalization(normal), y);
      y = activate(layer, y, kind);
      return dropout > 0 ? apply(seededDropout({ rate: dropout, name: named(`${layer}_dropout`) }), y) : y;
    },
    output(layer, x, make, { activation: kind = "linear", initializer = usualOutput } = {}) {
      return activate(layer, made(layer, x, make, initializer, true), kind);
    },
    model: (outputs) => tf.model({ inputs, outputs: [...outputs], name }),
  };
}
