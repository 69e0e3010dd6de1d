import { choice, integer, type Option } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { SEEDED, SeededLayer, type SeededLayerOptions } from "../internal/seeded-layer.js";
import { CELLS, type CellKind, type CellState, RECURRENT_CELLS, type RecurrentCell } from "./cells.js";

/** Which cell, and how large. */
export interface RecurrentCellOptions {
  /** Size of the hidden state. */
  readonly units: number;
  /** `lstm` (default) or `gru`. */
  readonly cell?: RecurrentCell;
}

/** Options of layers with a recurrent cell. */
export interface RecurrentLayerOptions extends RecurrentCellOptions, SeededLayerOptions {}

/** {@link RecurrentCellOptions}. */
export const CELL: {
  readonly units: Option<number, "required">;
  readonly cell: Option<RecurrentCell, "defaulted">;
} = { units: integer({ min: 1 }), cell: choice(RECURRENT_CELLS, { default: "lstm" }) };

/** What every recurrent layer takes. */
export const RECURRENT: typeof CELL & typeof SEEDED = { ...CELL, ...SEEDED };

/** A layer that applies one cell step by step; what its inputs and outputs are is its kind's to say. */
export abstract class RecurrentLayer<O extends RecurrentLayerOptions = RecurrentLayerOptions> extends SeededLayer<O> {
  #kernel!: tf.LayerVariable;
  #recurrent!: tf.LayerVariable;
  #bias!: tf.LayerVariable;

  /** Size of the hidden state. */
  get units(): number {
    return this.options.units;
  }

  /** Which cell. */
  get cell(): RecurrentCell {
    return (this.options as Required<RecurrentCellOptions>).cell;
  }

  protected get kind(): CellKind {
    return CELLS[this.cell];
  }

  /** Makes the cell's weights for inputs of `features` values. */
  protected buildCell(features: number): void {
    const { units } = this;
    const { gates, openGate } = this.kind;
    const kernel = this.initial("kernel");
    const recurrent = this.initial("recurrent", "orthogonal");
    this.#kernel = this.addWeight("kernel", [features, gates * units], "float32", kernel);
    this.#recurrent = this.addWeight("recurrent", [units, gates * units], "float32", recurrent);
    this.#bias = this.addWeight("bias", [gates * units], "float32", tf.initializers.zeros());
    if (openGate === undefined) return;
    const start = Float32Array.from({ length: gates * units }, (_, i) => (Math.floor(i / units) === openGate ? 1 : 0));
    const values = tf.tensor1d(start);
    this.#bias.write(values);
    values.dispose();
  }

  /** Inputs times kernel plus bias: `[rows, features]` → `[rows, gates · units]`. */
  protected project(x: tf.Tensor2D): tf.Tensor2D {
    return tf.add(tf.matMul(x, this.#kernel.read() as tf.Tensor2D), this.#bias.read());
  }

  /** The state after one step, from the projected input. */
  protected step(projected: tf.Tensor2D, state: CellState): CellState {
    return this.kind.step(projected, state, this.#recurrent.read() as tf.Tensor2D);
  }
}
