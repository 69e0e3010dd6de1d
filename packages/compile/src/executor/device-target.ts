import type * as tf from "@tensorflow/tfjs";
import type { OnnxTensor } from "../runtime/module.js";
import type { StateStore } from "../runtime/store.js";
import type { StateTarget } from "./state-target.js";

/** Names of a state output: of the whole vector, where several variables are one, and of each variable. */
export interface DeviceOutputs {
  readonly flat: string | undefined;
  readonly parts: readonly string[];
}

/** A state output that stays in the device's memory, where the next update reads it. */
export class DeviceTarget implements StateTarget {
  readonly #store: StateStore;
  readonly #variables: readonly tf.Variable[];
  readonly #outputs: DeviceOutputs;
  #results: Readonly<Record<string, OnnxTensor>> = {};

  constructor(store: StateStore, variables: readonly tf.Variable[], outputs: DeviceOutputs) {
    this.#store = store;
    this.#variables = variables;
    this.#outputs = outputs;
    store.place(variables).written = true;
  }

  accept(results: Readonly<Record<string, OnnxTensor>>): void {
    const { flat, parts } = this.#outputs;
    const names = flat === undefined ? parts : [flat, ...parts];
    this.#results = Object.fromEntries(names.map((name) => [name, results[name]!]));
  }

  async collect(values: Map<tf.Variable, ArrayLike<number>>): Promise<void> {
    for (const [i, name] of this.#outputs.parts.entries()) {
      values.set(this.#variables[i]!, (await this.#results[name]!.getData()) as Float32Array);
    }
  }

  commit(): void {
    const { flat, parts } = this.#outputs;
    const tensors = parts.map((name) => this.#results[name]!);
    this.#store.hold(this.#variables, flat === undefined ? undefined : this.#results[flat], tensors);
    this.#results = {};
  }

  discard(): void {
    for (const tensor of Object.values(this.#results)) tensor.dispose();
    this.#results = {};
  }
}
