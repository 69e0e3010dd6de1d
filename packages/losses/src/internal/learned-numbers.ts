import { seededInitializer } from "@latentkit/core";
import { apply, checkShape } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** What learned numbers are. */
export interface LearnedNumbersOptions {
  /** How many. */
  readonly size: number;
  /** Width of the context that they are a linear function of; without one they are the same for all examples. */
  readonly contextDim?: number | undefined;
  /** Deviation of their initial values from 0. */
  readonly scale: number;
  readonly seed: number;
  /** Names the layer and its random stream. */
  readonly name: string;
}

/**
 * A network that gives numbers to be learned: of a constant input 1, so that its kernel is the numbers, or a linear layer of a
 * context. A network, because those are what models save, train and share.
 */
export function learnedNumbers({ size, contextDim, scale, seed, name }: LearnedNumbersOptions): tf.LayersModel {
  const input = tf.input({ shape: [contextDim ?? 1], name: `${name}/input` });
  const layer = tf.layers.dense({
    ...{ units: size, useBias: contextDim !== undefined, name: `${name}/numbers` },
    kernelInitializer: seededInitializer({ kind: "normal", scale, seed, stream: `${name}/kernel` }),
    biasInitializer: seededInitializer({ kind: "normal", scale, seed, stream: `${name}/bias` }),
  });
  return tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor, name });
}

/** Their values: `[1, size]`, or `[rows, size]` of a context `[rows, contextDim]`. */
export function readNumbers(network: tf.LayersModel, context?: tf.Tensor): tf.Tensor2D {
  return apply<tf.Tensor2D>(network, context ?? tf.ones([1, 1]));
}

/**
 * Refuses a network that does not give the numbers.
 *
 * @throws ShapeError with both shapes.
 */
export function checkNumbers(owner: string, network: tf.LayersModel, size: number, contextDim?: number): void {
  checkShape(owner, "network's input", network.inputs[0]!.shape, [null, contextDim ?? 1]);
  checkShape(owner, "network's output", network.outputs[0]!.shape as (number | null)[], [null, size]);
}

/** Columns of the given widths, side by side. Slices: a split into one part has no gradient in TensorFlow.js. */
export function cut(numbers: tf.Tensor2D, widths: readonly number[]): tf.Tensor2D[] {
  let at = 0;
  return widths.map((width) => {
    const part = tf.slice(numbers, [0, at], [-1, width]);
    at += width;
    return part;
  });
}
