import { choice, integer, type Option, seededInitializer } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { configOf, layerArguments, layerOptions, SEEDED, type SeededLayerOptions } from "../internal/layer.js";
import { CELLS, type CellKind, type CellState, RECURRENT_CELLS, type RecurrentCell } from "./cells.js";

/** Which cell, and how large. */
export interface RecurrentCellOptions {
  /** Size of the hidden state. */
  readonly units: number;
  /** `lstm` unless given, or `gru`. */
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
export abstract class RecurrentLayer extends tf.layers.Layer {
  /** Size of the hidden state. */
  readonly units: number;
  /** Which cell. */
  readonly cell: RecurrentCell;
  protected readonly seed: number;
  readonly #stream: string | undefined;
  #kernel!: tf.LayerVariable;
  #recurrent!: tf.LayerVariable;
  #bias!: tf.LayerVariable;

  constructor(owner: string, options: RecurrentLayerOptions) {
    super(layerArguments(options));
    const { units, cell, seed, stream } = layerOptions(owner, RECURRENT, options);
    this.units = units;
    this.cell = cell;
    this.seed = seed;
    this.#stream = stream;
  }

  /** Random stream of the weights. */
  protected get stream(): string {
    return this.#stream ?? this.name;
  }

  protected get kind(): CellKind {
    return CELLS[this.cell];
  }

  /** Makes the cell's weights for inputs of `features` values. */
  protected buildCell(features: number): void {
    const { units, seed } = this;
    const { gates, openGate } = this.kind;
    const kernel = seededInitializer({ seed, stream: `${this.stream}/kernel` });
    const recurrent = seededInitializer({ kind: "orthogonal", seed, stream: `${this.stream}/recurrent` });
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

  override getConfig(): tf.serialization.ConfigDict {
    const { units, cell, seed } = this;
    return { ...super.getConfig(), ...configOf({ units, cell, seed, stream: this.#stream }) };
  }
}
