import { check } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { assembly } from "../networks/assembly.js";
import { CELLS } from "./cells.js";
import { sequenceShape } from "./recurrent-encoder.js";
import type { RecurrentLayerOptions } from "./recurrent-layer.js";
import { vectorToSequence } from "./vector-to-sequence.js";

/** Options of {@link recurrentDecoder}. */
export interface RecurrentDecoderOptions extends RecurrentLayerOptions {
  /** Size of the code. */
  readonly latentDim: number;
  /** `[steps, features]`; further axes are written as one step: `[28, 28, 1]` is an image written row by row. */
  readonly outputShape: readonly number[];
  /** Takes two more inputs, the true sequence and which steps see it, for teacher forcing. Default false. */
  readonly teacher?: boolean;
}

const NAMES: readonly string[] = ["units", "cell", "seed", "name", "latentDim", "outputShape", "teacher"];

/**
 * A network that writes a sequence from a code, each step given the one before. Layers: `state`, which makes the first state of
 * the code, and `recurrent`.
 *
 * **Shapes** `[batch, latentDim]`, with `teacher` also `[batch, …outputShape]` and `[batch, steps]` → `[batch, …outputShape]`.
 *
 * **Source** see {@link vectorToSequence}.
 *
 * @throws ConfigError for an option that cannot work.
 * @example
 * ```ts
 * import { recurrentDecoder } from "@latentkit/layers";
 * const decoder = recurrentDecoder({ latentDim: 8, units: 32, outputShape: [24, 2], cell: "gru" });
 * ```
 */
export function recurrentDecoder(options: RecurrentDecoderOptions): tf.LayersModel {
  const { latentDim, outputShape, teacher = false, units, cell = "lstm", seed, name } = options;
  const owner = "recurrentDecoder";
  check(owner).known(options, NAMES);
  const [steps, features] = sequenceShape(owner, "outputShape", outputShape);
  check(owner).integer("latentDim", latentDim, { min: 1 });
  check(owner).that("teacher", teacher, typeof teacher === "boolean", "true or false");
  const net = assembly(owner, "decoder", { seed, name }, []);
  const recurrent = vectorToSequence({ units, cell, steps, features, seed, name: net.named("recurrent") });
  const reshape = (to: readonly number[], layer: string, x: tf.SymbolicTensor): tf.SymbolicTensor =>
    outputShape.length === 2 ? x : net.apply(tf.layers.reshape({ targetShape: [...to], name: net.named(layer) }), x);

  const code = net.input([latentDim]);
  const dense = (shared: object) => tf.layers.dense({ ...shared, units: CELLS[cell].states * units });
  const state = net.output("state", code, dense, "tanh");
  if (!teacher) {
    const written = recurrent.apply(state) as tf.SymbolicTensor;
    return net.model(code, reshape(outputShape, "reshape", written));
  }
  const truth = tf.input({ shape: [...outputShape], name: net.named("teacher") });
  const forcing = tf.input({ shape: [steps], name: net.named("forcing") });
  const seen = reshape([steps, features], "steps", truth);
  const written = recurrent.apply([state, seen, forcing]) as tf.SymbolicTensor;
  const outputs = reshape(outputShape, "reshape", written);
  return tf.model({ inputs: [code, truth, forcing], outputs, name: net.name });
}
