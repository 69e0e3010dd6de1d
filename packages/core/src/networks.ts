import type * as tf from "@tensorflow/tfjs";
import { checkShape } from "./check.js";
import { checkTensor } from "./check-tensor.js";
import { ConfigError, ShapeError } from "./errors.js";
import { holdFrozenStatistics } from "./frozen-statistics.js";
import { show } from "./options/show.js";

/** How a network is applied: {@link StepContext} has it, and `{ training: false }` will do elsewhere. */
export interface ApplyMode {
  readonly training: boolean;
}

/**
 * Applies a network with one output, inside a loss or outside. What is frozen keeps its state: see {@link applyAll}.
 *
 * @param x - One tensor per input of the network.
 * @throws ShapeError when the network has several outputs: use {@link applyAll}.
 */
export function apply<T extends tf.Tensor = tf.Tensor>(
  network: tf.LayersModel,
  x: tf.Tensor | tf.Tensor[],
  mode: ApplyMode = { training: false },
): T {
  const outputs = applyAll(network, x, mode);
  if (outputs.length !== 1) {
    throw new ShapeError(
      `apply: expected a network with one output, received '${network.name}' with ${outputs.length}.`,
    );
  }
  return outputs[0] as T;
}

/**
 * Applies a network and returns all its outputs. Batch normalisation that is frozen (`trainable = false`, its own or its
 * network's) uses its moving statistics and leaves them as they are, in training too.
 */
export function applyAll(
  network: tf.LayersModel,
  x: tf.Tensor | tf.Tensor[],
  mode: ApplyMode = { training: false },
): tf.Tensor[] {
  if (typeof network?.apply !== "function" || !Array.isArray(network.inputs)) {
    throw new ConfigError(`apply: expected \`network\` to be a network (a tf.LayersModel), received ${show(network)}.`);
  }
  const given = Array.isArray(x) ? x : [x];
  for (const one of given) checkTensor(`apply: '${network.name}'`, "x", one);
  if (mode.training) holdFrozenStatistics(network);
  let outputs: tf.Tensor | tf.Tensor[];
  try {
    outputs = network.apply(x, { training: mode.training }) as tf.Tensor | tf.Tensor[];
  } catch (error) {
    // What layers say of shapes names one of them and not the network.
    const shapes = network.inputs.map((input) => input.shape);
    if (given.length !== shapes.length) {
      throw new ShapeError(`apply: expected ${shapes.length} inputs of '${network.name}', received ${given.length}.`, {
        cause: error,
      });
    }
    shapes.forEach((shape, i) => {
      checkShape(`apply: '${network.name}'`, shapes.length > 1 ? `input ${i}` : "x", given[i]!.shape, shape);
    });
    throw error;
  }
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** The variables that training moves, each once, in the networks' order. */
export function trainableVariables(networks: readonly tf.LayersModel[]): tf.Variable[] {
  return unique(networks.flatMap((network) => network.trainableWeights.map((weight) => weight.read() as tf.Variable)));
}

/** All variables of the networks, moving statistics included, each once, in the networks' order. */
export function allVariables(networks: readonly tf.LayersModel[]): tf.Variable[] {
  return unique(networks.flatMap((network) => network.weights.map((weight) => weight.read() as tf.Variable)));
}

/** Frees networks that may share layers: each weight once. Networks that were freed before are left alone. */
export function disposeNetworks(networks: readonly tf.LayersModel[]): void {
  for (const weight of unique(networks.flatMap((network) => network.weights))) {
    // Not read(), which refuses what is disposed.
    const { val: variable } = weight as unknown as { readonly val: tf.Variable };
    if (!variable.isDisposed) variable.dispose();
  }
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
