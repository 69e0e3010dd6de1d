import { check, sizeOf } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../activations/functions.js";
import { assembly } from "../networks/assembly.js";
import type { RecurrentLayerOptions } from "./recurrent-layer.js";
import { sequenceToVector } from "./sequence-to-vector.js";

/** Options of {@link recurrentEncoder}. */
export interface RecurrentEncoderOptions extends RecurrentLayerOptions {
  /** `[steps, features]`; further axes are flattened, so that `[28, 28, 1]` is an image read row by row. */
  readonly inputShape: readonly number[];
  /** Size of the code. */
  readonly latentDim: number;
  /** Takes a second input, `[batch, steps]`: 1 within a sequence, 0 after its end. Default false. */
  readonly masked?: boolean;
  /** Activation of the code. Default `linear`. */
  readonly outputActivation?: ActivationKind;
}

const NAMES: readonly string[] = [
  ...["units", "cell", "seed", "name"],
  ...["inputShape", "latentDim", "masked", "outputActivation"],
];

/**
 * A network that reads a sequence into a code. Layers: `recurrent` and `code`.
 *
 * **Shapes** `[batch, …inputShape]`, with `masked` also `[batch, steps]` → `[batch, latentDim]`.
 *
 * **Source** see {@link sequenceToVector}.
 *
 * @throws ConfigError for an option that cannot work.
 * @example
 * ```ts
 * import { recurrentEncoder } from "@latentkit/layers";
 * const encoder = recurrentEncoder({ inputShape: [24, 2], units: 32, latentDim: 8, cell: "gru" });
 * ```
 */
export function recurrentEncoder(options: RecurrentEncoderOptions): tf.LayersModel {
  const { inputShape, latentDim, masked = false, outputActivation, units, cell, seed, name } = options;
  const owner = "recurrentEncoder";
  check(owner).known(options, NAMES);
  const [steps, features] = sequenceShape(owner, "inputShape", inputShape);
  check(owner).integer("latentDim", latentDim, { min: 1 });
  check(owner).that("masked", masked, typeof masked === "boolean", "true or false");
  const net = assembly(owner, "encoder", { seed, name }, []);
  const input = net.input(inputShape);
  const reshaped = tf.layers.reshape({ targetShape: [steps, features], name: net.named("steps") });
  const sequence = inputShape.length === 2 ? input : net.apply(reshaped, input);
  const mask = masked ? [tf.input({ shape: [steps], name: net.named("mask") })] : [];
  const recurrent = sequenceToVector({ units, cell, seed, name: net.named("recurrent") });
  const state = recurrent.apply([sequence, ...mask]) as tf.SymbolicTensor;
  const dense = (shared: object) => tf.layers.dense({ ...shared, units: latentDim });
  const code = net.output("code", state, dense, outputActivation);
  return tf.model({ inputs: [input, ...mask], outputs: code, name: net.name });
}

/** Steps, and numbers at each step. */
export function sequenceShape(owner: string, name: string, shape: readonly number[]): [number, number] {
  check(owner).sizes(name, shape, 2);
  return [shape[0]!, sizeOf(shape.slice(1))];
}
