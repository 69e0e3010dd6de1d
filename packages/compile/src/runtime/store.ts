import { holderOf, holdVariable } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { type Block, createBlock, type Data, dropDevice, free, readBlock } from "./block.js";
import type { OnnxRuntimeModule, OnnxTensor } from "./module.js";
import { StoredVariable } from "./stored-variable.js";

/**
 * The variables of a run in ONNX Runtime's hands. After an update TensorFlow.js holds nothing of what was written: whoever
 * reads or uses a variable gets its value from here. A variable that somebody has assigned has another data handle than the
 * one that was given for it, and its value is taken from TensorFlow.js before the next update.
 */
export class StateStore {
  readonly #ort: OnnxRuntimeModule;
  readonly #places = new Map<tf.Variable, StoredVariable>();

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
    const block = createBlock(this.#ort, variables);
    variables.forEach((variable, index) => {
      const place = this.#places.get(variable);
      if (place === undefined) this.#places.set(variable, new StoredVariable(this.#ort, variable, block, index));
      else {
        block.copies[0].partData[index]!.set(place.block.copies[place.block.current].partData[place.index]!);
        Object.assign(place, { block, index });
      }
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
    return this.#places.get(variable)!.tensor!;
  }

  /** The current values of a block as one vector, for feeding. */
  flat(variables: readonly tf.Variable[]): OnnxTensor | Promise<OnnxTensor> {
    const block = this.place(variables);
    if (block.device === undefined) return block.copies[block.current].flat;
    return block.device.flat ?? this.#fetch(block).then(() => block.copies[block.current].flat);
  }

  /** Takes values that somebody has assigned, or that were never taken, if there are any. */
  take(variables: readonly tf.Variable[]): Promise<void> | undefined {
    const stale = variables.filter((variable) => this.#places.get(variable)?.handle !== variable.dataId);
    return stale.length === 0 ? undefined : this.#take(stale);
  }

  async #take(stale: readonly tf.Variable[]): Promise<void> {
    for (const variable of stale) {
      if (!this.#places.has(variable)) this.place([variable]);
      this.#places.get(variable)!.handle = variable.dataId;
    }
    const values = await Promise.all(stale.map((variable) => variable.data()));
    for (const [i, variable] of stale.entries()) {
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
    block.device = { flat: whole ? flat : undefined, parts: all, read: false };
    for (const tensor of [old?.flat, ...(old?.parts ?? [])]) {
      if (tensor !== undefined && !all.includes(tensor)) free(tensor);
    }
    this.#lend(variables);
  }

  /** Says that a step wrote a block's values, and into which copy. */
  advance(block: Block, current: 0 | 1): void {
    block.current = current;
    this.#lend(block.variables);
  }

  /** Gives one variable of a block new values. */
  write(variable: tf.Variable, values: Float32Array): void {
    const { block, index } = this.#places.get(variable)!;
    block.copies[block.current].partData[index]!.set(values);
    this.#lend([variable]);
  }

  /** Makes these variables' values those of the store: TensorFlow.js forgets what it has of them. */
  #lend(variables: readonly tf.Variable[]): void {
    for (const variable of variables) {
      const place = this.#places.get(variable)!;
      if (variable.isDisposed || (place.handle === variable.dataId && holderOf(variable.dataId) === place)) continue;
      place.handle = holdVariable(variable, place);
    }
  }

  /** Ends the store: the variables keep their values, and what devices hold is freed. */
  async dispose(): Promise<void> {
    for (const [variable, place] of this.#places) {
      if (!variable.isDisposed && holderOf(variable.dataId) === place) await place.end();
    }
    for (const { block } of this.#places.values()) dropDevice(block);
    this.#places.clear();
  }

  /** Brings a block's values from the device for good. */
  async #fetch(block: Block): Promise<void> {
    await readBlock(block);
    dropDevice(block);
  }
}
