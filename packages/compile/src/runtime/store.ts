import * as tf from "@tensorflow/tfjs";
import type { OnnxRuntimeModule, OnnxTensor } from "./load.js";

type Data = Float32Array | Int32Array | Uint8Array;

/** Variables that lie side by side in memory and are written together, with a second copy for the values to come. */
export interface Block {
  readonly variables: readonly tf.Variable[];
  /** The two copies; `current` is the one with the values of now. */
  readonly copies: readonly [BlockCopy, BlockCopy];
  current: 0 | 1;
  /** Set once a compiled step writes the block; until then its variables may move to another. */
  written: boolean;
}

/** One copy of a block's values. */
export interface BlockCopy {
  /** The whole block as one vector. */
  readonly flat: OnnxTensor;
  /** The variables, in the same memory. */
  readonly parts: readonly OnnxTensor[];
  readonly data: Data;
  readonly partData: readonly Data[];
}

/**
 * The variables of a run in ONNX Runtime's hands. Each has its newest value here, in TensorFlow.js, or in both; values
 * move when the other side asks, so that eager and compiled programs may take turns on the same weights.
 */
export class StateStore {
  readonly #ort: OnnxRuntimeModule;
  readonly #places = new Map<tf.Variable, { readonly block: Block; readonly index: number }>();
  /** Variables whose newest value is here alone. */
  readonly #ahead = new Set<tf.Variable>();
  /** Variables whose newest value is here, and maybe in TensorFlow.js too. */
  readonly #fresh = new Set<tf.Variable>();

  constructor(ort: OnnxRuntimeModule) {
    this.#ort = ort;
  }

  /** Whether these variables can be one block: they are one already, or none of them is written by another step. */
  fits(variables: readonly tf.Variable[]): boolean {
    return this.#blockOf(variables) !== undefined || variables.every((v) => !this.#places.get(v)?.block.written);
  }

  /** The block of these variables, or the one that the first of them has to share. */
  place(variables: readonly tf.Variable[]): Block {
    const known = this.#blockOf(variables) ?? this.#places.get(variables[0]!)?.block;
    if (known !== undefined && !(this.fits(variables) && known.variables.length < variables.length)) return known;
    const block: Block = {
      variables,
      copies: [this.#copy(variables), this.#copy(variables)],
      current: 0,
      written: false,
    };
    variables.forEach((variable, index) => {
      const old = this.#places.get(variable);
      if (old !== undefined) {
        block.copies[0].partData[index]!.set(old.block.copies[old.block.current].partData[old.index]!);
      }
      this.#places.set(variable, { block, index });
    });
    return block;
  }

  #blockOf(variables: readonly tf.Variable[]): Block | undefined {
    const block = this.#places.get(variables[0]!)?.block;
    if (block === undefined || block.variables.length !== variables.length) return undefined;
    return block.variables.every((variable, i) => variable === variables[i]) ? block : undefined;
  }

  /** The current value of a variable, for feeding. */
  value(variable: tf.Variable): OnnxTensor {
    const { block, index } = this.#places.get(variable)!;
    return block.copies[block.current].parts[index]!;
  }

  /** Brings values from TensorFlow.js that are newer there. */
  async take(variables: readonly tf.Variable[]): Promise<void> {
    const stale = variables.filter((variable) => !this.#fresh.has(variable));
    const values = await Promise.all(stale.map((variable) => variable.data()));
    stale.forEach((variable, i) => {
      if (!this.#places.has(variable)) this.place([variable]);
      const { block, index } = this.#places.get(variable)!;
      block.copies[block.current].partData[index]!.set(values[i] as Data);
      this.#fresh.add(variable);
    });
  }

  /** Says that a block's other copy now holds the values. */
  flip(block: Block): void {
    block.current = block.current === 0 ? 1 : 0;
    for (const variable of block.variables) {
      this.#ahead.add(variable);
      this.#fresh.add(variable);
    }
  }

  /** Gives one variable of a block new values. */
  write(variable: tf.Variable, values: Float32Array): void {
    const { block, index } = this.#places.get(variable)!;
    block.copies[block.current].partData[index]!.set(values);
    this.#ahead.add(variable);
    this.#fresh.add(variable);
  }

  /** Writes values that are newer here into the variables. */
  give(variables: Iterable<tf.Variable> = [...this.#ahead]): void {
    for (const variable of variables) {
      if (!this.#ahead.delete(variable)) continue;
      const { block, index } = this.#places.get(variable)!;
      const value = tf.tensor(block.copies[block.current].partData[index]!.slice(), variable.shape, variable.dtype);
      variable.assign(value);
      value.dispose();
    }
  }

  /** Says that somebody wrote these variables in TensorFlow.js. */
  stale(variables: Iterable<tf.Variable>): void {
    for (const variable of variables) {
      this.#fresh.delete(variable);
      this.#ahead.delete(variable);
    }
  }

  #copy(variables: readonly tf.Variable[]): BlockCopy {
    const type = variables[0]!.dtype;
    const total = variables.reduce((sum, variable) => sum + variable.size, 0);
    const data =
      type === "int32" ? new Int32Array(total) : type === "bool" ? new Uint8Array(total) : new Float32Array(total);
    let start = 0;
    const partData = variables.map((variable) => {
      start += variable.size;
      return data.subarray(start - variable.size, start);
    });
    const tensor = (values: Data, shape: readonly number[]): OnnxTensor =>
      new this.#ort.Tensor(type as "float32", values as Float32Array, shape);
    return {
      data,
      partData,
      flat: tensor(data, [total]),
      parts: partData.map((part, i) => tensor(part, variables[i]!.shape)),
    };
  }
}
