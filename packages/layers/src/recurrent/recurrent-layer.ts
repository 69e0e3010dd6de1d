import { check, seededInitializer } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { layerArguments } from "../internal/layer.js";
import { CELLS, type CellKind, type CellState, RECURRENT_CELLS, type RecurrentCell } from "./cells.js";

/** Options of layers with a recurrent cell. */
export interface RecurrentLayerOptions {
  /** Size of the hidden state. */
  readonly units: number;
  /** `lstm` unless given, or `gru`. */
  readonly cell?: RecurrentCell;
  /** Seed of the weights; 0 unless given. */
  readonly seed?: number;
  /** Names the layer and its weights. */
  readonly name?: string;
}

/** A layer that applies one cell step by step; what its inputs and outputs are is its kind's to say. */
export abstract class RecurrentLayer extends tf.layers.Layer {
  /** Size of the hidden state. */
  readonly units: number;
  /** Which cell. */
  readonly cell: RecurrentCell;
  protected readonly seed: number;
  #kernel!: tf.LayerVariable;
  #recurrent!: tf.LayerVariable;
  #bias!: tf.LayerVariable;

  constructor(owner: string, options: RecurrentLayerOptions) {
    super(layerArguments(options));
    const { units, cell = "lstm", seed = 0 } = options;
    this.units = check(owner).integer("units", units, { min: 1 });
    this.cell = check(owner).oneOf("cell", cell, RECURRENT_CELLS);
    this.seed = check(owner).integer("seed", seed, { min: 0 });
  }

  protected get kind(): CellKind {
    return CELLS[this.cell];
  }

  /** Makes the cell's weights for inputs of `features` values. */
  protected buildCell(features: number): void {
    const { units, seed } = this;
    const { gates, openGate } = this.kind;
    const kernel = seededInitializer({ seed, stream: `${this.name}/kernel` });
    const recurrent = seededInitializer({ kind: "orthogonal", seed, stream: `${this.name}/recurrent` });
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
    return { ...super.getConfig(), units: this.units, cell: this.cell, seed: this.seed };
  }
}
