import { smoothSigmoid, smoothTanh } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** The two usual recurrent cells: long short-term memory, and the gated recurrent unit with a quarter fewer weights. */
export type RecurrentCell = "lstm" | "gru";

/** Names of {@link RecurrentCell}. */
export const RECURRENT_CELLS: readonly RecurrentCell[] = ["lstm", "gru"];

/** What a cell hands on from step to step, `[batch, units]` each: the hidden state first, then the memory of an LSTM. */
export type CellState = readonly tf.Tensor2D[];

/** One kind of cell. */
export interface CellKind {
  /** Blocks of `units` columns in the kernels. */
  readonly gates: number;
  /** Tensors in the state. */
  readonly states: number;
  /** The block whose bias starts at 1, so that a new LSTM remembers: Jozefowicz et al. 2015, section 2.2. */
  readonly openGate?: number;
  /**
   * The state after one step.
   *
   * @param projected - Input times kernel plus bias, `[batch, gates · units]`.
   * @param recurrent - Recurrent kernel, `[units, gates · units]`.
   */
  step(projected: tf.Tensor2D, state: CellState, recurrent: tf.Tensor2D): CellState;
}

/** The cells by name. */
export const CELLS: Readonly<Record<RecurrentCell, CellKind>> = {
  lstm: {
    gates: 4,
    states: 2,
    openGate: 1,
    step(projected, [h, c], recurrent) {
      const units = h!.shape[1];
      const sums = tf.add(projected, tf.matMul(h!, recurrent));
      const [gates, candidate] = tf.split(sums, [3 * units, units], 1) as tf.Tensor2D[];
      const [input, forget, output] = tf.split(smoothSigmoid(gates!), 3, 1);
      const memory = tf.add<tf.Tensor2D>(tf.mul(forget!, c!), tf.mul(input!, smoothTanh(candidate!)));
      return [tf.mul(output!, smoothTanh(memory)), memory];
    },
  },
  gru: {
    gates: 3,
    states: 1,
    step(projected, [h], recurrent) {
      const units = h!.shape[1];
      const parts = [2 * units, units];
      const [gatesOfInput, candidateOfInput] = tf.split(projected, parts, 1) as tf.Tensor2D[];
      const [gatesOfState, candidateOfState] = tf.split(tf.matMul(h!, recurrent), parts, 1) as tf.Tensor2D[];
      const [reset, keep] = tf.split(smoothSigmoid(tf.add(gatesOfInput!, gatesOfState!)), 2, 1);
      const candidate = smoothTanh(tf.add<tf.Tensor2D>(candidateOfInput!, tf.mul(reset!, candidateOfState!)));
      return [tf.add(tf.mul(keep!, h!), tf.mul(tf.sub(1, keep!), candidate))];
    },
  },
};
