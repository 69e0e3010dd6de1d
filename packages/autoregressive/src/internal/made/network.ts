import { ConfigError } from "@latentkit/core";
import { sizeOf } from "@latentkit/core/authoring";
import { activation, maskedDense } from "@latentkit/layers";
import type { MaskedDense } from "@latentkit/layers/authoring";
import type { Likelihood } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { type MadeDegrees, madeDegrees } from "./degrees.js";

/** What a MADE's network follows from. */
export interface MadeNetworkOptions {
  readonly inputShape: readonly number[];
  readonly hiddenUnits: readonly number[];
  readonly masks: number;
  readonly orderAgnostic: boolean;
  readonly likelihood: Likelihood;
  readonly seed: number;
}

/** A MADE's network with its layers and their degrees. */
export interface MadeNetwork {
  readonly network: tf.LayersModel;
  readonly layers: readonly MaskedDense[];
  readonly degrees: MadeDegrees;
}

/** Masked dense layers with ReLUs between them; a second input names the mask where there are several. */
export function madeNetwork(options: MadeNetworkOptions): MadeNetwork {
  const { inputShape, hiddenUnits, masks, likelihood, seed } = options;
  if ((likelihood.channels ?? 1) !== 1) {
    throw new ConfigError(
      `made: expected a likelihood of single values, received ${likelihood.name} of several channels.`,
    );
  }
  const values = sizeOf(inputShape);
  const perValue = likelihood.parametersPerValue;
  const degrees = madeDegrees({ values, ...options });
  const entry = tf.input({ shape: [...inputShape], name: "network/input" });
  const mask = masks === 1 ? undefined : tf.input({ shape: [masks], name: "network/mask" });
  const layers: MaskedDense[] = [];
  const dense = (name: string, x: tf.SymbolicTensor, inputs: number[][], outputs: number[][], strict: boolean) => {
    const layer = maskedDense({
      ...{ name: `network/${name}`, seed, stream: `made/${name}`, units: outputs[0]!.length },
      ...{ inputDegrees: inputs, degrees: outputs, strict },
    });
    layers.push(layer);
    return layer.apply(mask === undefined ? x : [x, mask]) as tf.SymbolicTensor;
  };
  let x =
    inputShape.length === 1 ? entry : (tf.layers.flatten({ name: "network/flat" }).apply(entry) as tf.SymbolicTensor);
  let before = degrees.inputs;
  hiddenUnits.forEach((_, i) => {
    const hidden = dense(`hidden${i + 1}`, x, before, degrees.hidden[i]!, false);
    x = activation({ kind: "relu", name: `network/relu${i + 1}` }).apply(hidden) as tf.SymbolicTensor;
    before = degrees.hidden[i]!;
  });
  const repeated = degrees.inputs.map((list) => list.flatMap((degree) => Array<number>(perValue).fill(degree)));
  x = dense("output", x, before, repeated, true);
  const targetShape = [...inputShape.slice(0, -1), inputShape.at(-1)! * perValue];
  if (inputShape.length > 1)
    x = tf.layers.reshape({ targetShape, name: "network/shaped" }).apply(x) as tf.SymbolicTensor;
  const network = tf.model({ inputs: mask === undefined ? entry : [entry, mask], outputs: x, name: "network" });
  return { network, layers, degrees };
}
