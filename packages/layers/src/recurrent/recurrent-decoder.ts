import { flag, integer, resolveOptions, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { assembly } from "../networks/assembly.js";
import { type NamedNetworkOptions, named } from "../networks/options.js";
import { CELLS } from "./cells.js";
import { SEQUENCE_SHAPE, sequenceShape } from "./recurrent-encoder.js";
import { CELL, type RecurrentCellOptions } from "./recurrent-layer.js";
import { vectorToSequence } from "./vector-to-sequence.js";

/** Options of {@link recurrentDecoder}. */
export interface RecurrentDecoderOptions extends RecurrentCellOptions, NamedNetworkOptions {
  /** Size of the code. */
  readonly latentDim: number;
  /** `[steps, features]`; further axes are written as one step: `[28, 28, 1]` is an image written row by row. */
  readonly outputShape: readonly number[];
  /** Takes two more inputs, the true sequence and which steps see it, for teacher forcing. Default false. */
  readonly teacher?: boolean;
}

const SPECIFICATION = {
  latentDim: integer({ min: 1 }),
  outputShape: SEQUENCE_SHAPE,
  teacher: flag({ default: false }),
  ...CELL,
  ...named("decoder"),
} satisfies SpecificationOf<RecurrentDecoderOptions>;

/**
 * A network that writes a sequence from a code, each step given the one before. Inputs: `input`, with `teacher` also `teacher`
 * and `forcing`. Layers: `state`, which makes the first state of the code, and `recurrent`.
 *
 * **Shapes** `[batch, latentDim]`, with `teacher` also `[batch, …outputShape]` and `[batch, steps]` → `[batch, …outputShape]`.
 *
 * **Source** see {@link vectorToSequence}.
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { recurrentDecoder } from "@latentkit/layers";
 * const decoder = recurrentDecoder({ latentDim: 8, units: 32, outputShape: [24, 2], cell: "gru" });
 * ```
 */
export function recurrentDecoder(options: RecurrentDecoderOptions): tf.LayersModel {
  const resolved = resolveOptions("recurrentDecoder", SPECIFICATION, options);
  const { latentDim, outputShape, teacher, units, cell, seed } = resolved;
  const [steps, features] = sequenceShape(outputShape);
  const net = assembly(resolved);
  const reshape = (to: readonly number[], layer: string, x: tf.SymbolicTensor): tf.SymbolicTensor =>
    outputShape.length === 2 ? x : net.apply(tf.layers.reshape({ targetShape: [...to], name: net.named(layer) }), x);

  const code = net.input("input", [latentDim]);
  const state = net.output("state", code, net.dense(CELLS[cell].states * units), { activation: "tanh" });
  const seen = teacher
    ? [reshape([steps, features], "steps", net.input("teacher", outputShape)), net.input("forcing", [steps])]
    : [];
  const recurrent = vectorToSequence({ units, cell, steps, features, seed, name: net.named("recurrent") });
  const written = net.apply(recurrent, teacher ? [state, ...seen] : state);
  return net.model([reshape(outputShape, "reshape", written)]);
}
