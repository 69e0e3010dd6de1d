import {
  flag,
  integer,
  type Option,
  resolveOptions,
  type SpecificationOf,
  sizeOf,
  sizes,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../activations/functions.js";
import { assembly } from "../networks/assembly.js";
import { activationOption, type NamedNetworkOptions, named } from "../networks/options.js";
import { CELL, type RecurrentCellOptions } from "./recurrent-layer.js";
import { sequenceToVector } from "./sequence-to-vector.js";

/** Options of {@link recurrentEncoder}. */
export interface RecurrentEncoderOptions extends RecurrentCellOptions, NamedNetworkOptions {
  /** `[steps, features]`; further axes are flattened, so that `[28, 28, 1]` is an image read row by row. */
  readonly inputShape: readonly number[];
  /** Size of the code. */
  readonly latentDim: number;
  /** Takes a second input, `[batch, steps]`: 1 within a sequence, 0 after its end. Default false. */
  readonly masked?: boolean;
  /** Activation of the code. Default `linear`. */
  readonly outputActivation?: ActivationKind;
}

/** Shape of a sequence: steps, then what each step holds. */
export const SEQUENCE_SHAPE: Option<readonly number[], "required"> = sizes({ minLength: 2 });

const SPECIFICATION = {
  inputShape: SEQUENCE_SHAPE,
  latentDim: integer({ min: 1 }),
  masked: flag({ default: false }),
  outputActivation: activationOption("linear"),
  ...CELL,
  ...named("encoder"),
} satisfies SpecificationOf<RecurrentEncoderOptions>;

/**
 * A network that reads a sequence into a code. Inputs: `input`, and `mask` if it is masked. Layers: `recurrent` and `code`.
 *
 * **Shapes** `[batch, …inputShape]`, with `masked` also `[batch, steps]` → `[batch, latentDim]`.
 *
 * **Source** see {@link sequenceToVector}.
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { recurrentEncoder } from "@latentkit/layers";
 * const encoder = recurrentEncoder({ inputShape: [24, 2], units: 32, latentDim: 8, cell: "gru" });
 * ```
 */
export function recurrentEncoder(options: RecurrentEncoderOptions): tf.LayersModel {
  const resolved = resolveOptions("recurrentEncoder", SPECIFICATION, options);
  const { inputShape, latentDim, masked, outputActivation, units, cell, seed } = resolved;
  const [steps, features] = sequenceShape(inputShape);
  const net = assembly(resolved);
  const input = net.input("input", inputShape);
  const reshaped = tf.layers.reshape({ targetShape: [steps, features], name: net.named("steps") });
  const sequence = inputShape.length === 2 ? input : net.apply(reshaped, input);
  const mask = masked ? [net.input("mask", [steps])] : [];
  const state = net.apply(sequenceToVector({ units, cell, seed, name: net.named("recurrent") }), [sequence, ...mask]);
  return net.model([net.output("code", state, net.dense(latentDim), { activation: outputActivation })]);
}

/** Steps, and numbers at each step. */
export function sequenceShape(shape: readonly number[]): [number, number] {
  return [shape[0]!, sizeOf(shape.slice(1))];
}
