import * as tf from "@tensorflow/tfjs";
import type { OnnxRuntimeModule, OnnxTensor } from "./load.js";

type Data = Float32Array | Int32Array | Uint8Array;

/** Variables that lie side by side in memory and are written together, with a second copy for the values to come. */
export interface Block {
  readonly variables: readonly tf.Variable[];
  /** The two copies; `current` is the one with the values of now. */
  readonly copies: readonly [BlockCopy, BlockCopy];
  current: 0 | 1;
  /** The newest values where a device holds them; the copies are then older. */
  device: DeviceCopy | undefined;
  /** Set once a compiled step writes the block; until then its variables may move to another. */
  written: boolean;
}

/** A block's values in a device's memory. */
export interface DeviceCopy {
  /** The whole block as one vector, unless a step wrote a part of it alone. */
  readonly flat: OnnxTensor | undefined;
  /** The variables, each in a buffer of its own. */
  readonly parts: readonly OnnxTensor[];
}

/** One copy of a block's values. */
export interface BlockCopy {
  /** The whole block as one vector. */
  readonly flat: OnnxTensor;
  /** The variables, in the same memory. */
  readonly parts: readonly OnnxTensor[];
  /** Their elements. */
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
  /** Variables that had one value here and there, with the data they had in TensorFlow.js then: other data came later. */
  readonly #agreed = new Map<tf.Variable, object>();

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
      device: undefined,
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
    return (block.device ?? block.copies[block.current]).parts[index]!;
  }

  /** The current values of a block as one vector, for feeding. */
  flat(variables: readonly tf.Variable[]): OnnxTensor | Promise<OnnxTensor> {
    const block = this.place(variables);
    if (block.device === undefined) return block.copies[block.current].flat;
    return block.device.flat ?? this.#fetch(block).then(() => block.copies[block.current].flat);
  }

  /** Brings values from TensorFlow.js that are newer there, if there are any: never read, or assigned since they were given. */
  take(variables: readonly tf.Variable[]): Promise<void> | undefined {
    const stale = variables.filter((variable) => !this.#isFresh(variable));
    return stale.length === 0 ? undefined : this.#take(stale);
  }

  /** Whoever assigns without having asked for the newest values first, as a recording that puts values back, changes nothing. */
  #isFresh(variable: tf.Variable): boolean {
    return this.#ahead.has(variable) || this.#agreed.get(variable) === variable.dataId;
  }

  async #take(stale: readonly tf.Variable[]): Promise<void> {
    for (const variable of stale) this.#agreed.set(variable, variable.dataId);
    const values = await Promise.all(stale.map((variable) => variable.data()));
    for (const [i, variable] of stale.entries()) {
      if (!this.#places.has(variable)) this.place([variable]);
      const { block, index } = this.#places.get(variable)!;
      if (block.device !== undefined) await this.#fetch(block);
      block.copies[block.current].partData[index]!.set(values[i] as Data);
    }
  }

  /** Takes what a device computed for these variables; owned by the store from now on. */
  hold(variables: readonly tf.Variable[], flat: OnnxTensor | undefined, parts: readonly OnnxTensor[]): void {
    const { block, index } = this.#places.get(variables[0]!)!;
    const old = block.device;
    const whole = block.variables.length === variables.length;
    const all = whole ? parts : [...(old ?? block.copies[block.current]).parts];
    if (!whole) (all as OnnxTensor[])[index] = parts[0]!;
    block.device = { flat: whole ? flat : undefined, parts: all };
    for (const tensor of [old?.flat, ...(old?.parts ?? [])]) {
      if (tensor !== undefined && !all.includes(tensor)) free(tensor);
    }
    for (const variable of variables) this.#ahead.add(variable);
  }

  /** Says that a step wrote a block's values, and into which copy. */
  advance(block: Block, current: 0 | 1): void {
    block.current = current;
    for (const variable of block.variables) this.#ahead.add(variable);
  }

  /** Gives one variable of a block new values. */
  write(variable: tf.Variable, values: Float32Array): void {
    const { block, index } = this.#places.get(variable)!;
    block.copies[block.current].partData[index]!.set(values);
    this.#ahead.add(variable);
  }

  /** Writes values that are newer here into the variables. */
  async give(variables: Iterable<tf.Variable>): Promise<void> {
    const read = new Set<Block>();
    for (const variable of variables) {
      if (!this.#ahead.delete(variable)) continue;
      const { block, index } = this.#places.get(variable)!;
      if (!read.has(block)) await this.#read(block);
      read.add(block);
      const value = tf.tensor(block.copies[block.current].partData[index]!.slice(), variable.shape, variable.dtype);
      variable.assign(value);
      value.dispose();
      this.#agreed.set(variable, variable.dataId);
    }
  }

  /** Says that somebody wrote these variables in TensorFlow.js. */
  stale(variables: Iterable<tf.Variable>): void {
    for (const variable of variables) {
      this.#agreed.delete(variable);
      this.#ahead.delete(variable);
    }
  }

  /** Frees what devices hold. */
  dispose(): void {
    for (const { block } of this.#places.values()) this.#drop(block);
  }

  /** Brings a block's values from the device, where they stay. */
  async #read(block: Block): Promise<void> {
    const { partData } = block.copies[block.current];
    for (const [i, tensor] of (block.device?.parts ?? []).entries()) {
      if (tensor.location !== "cpu") partData[i]!.set((await tensor.getData()) as Data);
    }
  }

  /** Brings a block's values from the device for good. */
  async #fetch(block: Block): Promise<void> {
    await this.#read(block);
    this.#drop(block);
  }

  #drop(block: Block): void {
    const { device } = block;
    block.device = undefined;
    for (const tensor of [device?.flat, ...(device?.parts ?? [])]) if (tensor !== undefined) free(tensor);
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
      partData,
      flat: tensor(data, [total]),
      parts: partData.map((part, i) => tensor(part, variables[i]!.shape)),
    };
  }
}

/** Frees a device's buffer; tensors in the processor's memory are the blocks' own. */
function free(tensor: OnnxTensor): void {
  if (tensor.location !== "cpu") tensor.dispose();
}
