import type * as tf from "@tensorflow/tfjs";
import type { Block } from "../runtime/block.js";
import type { Runtime } from "../runtime/load.js";
import type { OnnxTensor } from "../runtime/module.js";
import type { StateStore } from "../runtime/store.js";
import type { StateTarget } from "./state-target.js";

/** A state output in the processor's memory: a copy of its block, or a buffer of its own. */
export class HostTarget implements StateTarget {
  readonly #output: string;
  readonly #store: StateStore;
  readonly #block: Block;
  readonly #variables: readonly tf.Variable[];
  /** Set when the block holds other variables too, which stay: then the values are copied in. */
  readonly #own: OnnxTensor | undefined;
  readonly #inPlace: boolean;
  /** Whether the last run wrote over the old values. */
  #replaced = false;

  /** @param inPlace - Whether the step may write over the old values. */
  constructor(
    store: StateStore,
    variables: readonly tf.Variable[],
    output: string,
    inPlace: boolean,
    ort: Runtime["ort"],
  ) {
    this.#output = output;
    this.#inPlace = inPlace;
    this.#store = store;
    this.#variables = variables;
    this.#block = store.place(variables);
    this.#block.written = true;
    const whole = this.#block.variables.length === variables.length;
    const part = store.value(variables[0]!);
    this.#own = whole ? undefined : new ort.Tensor("float32", new Float32Array(part.size), part.dims);
  }

  fetches(keep: boolean): readonly [string, OnnxTensor] {
    this.#replaced = this.#inPlace && !keep && this.#own === undefined;
    return [this.#output, this.#next()];
  }

  accept(results: Readonly<Record<string, OnnxTensor>>): void {
    (this.#next().data as Float32Array).set(results[this.#output]!.data as Float32Array);
  }

  async collect(values: Map<tf.Variable, ArrayLike<number>>): Promise<void> {
    if (this.#own !== undefined) {
      values.set(this.#variables[0]!, this.#own.data as Float32Array);
      return;
    }
    const { partData } = this.#nextCopy();
    this.#variables.forEach((variable, i) => {
      values.set(variable, partData[i]!);
    });
  }

  commit(): void {
    if (this.#own === undefined) this.#store.advance(this.#block, this.#nextIndex());
    else this.#store.write(this.#variables[0]!, this.#own.data as Float32Array);
  }

  discard(): void {
    // The next run writes over them.
  }

  #next(): OnnxTensor {
    const copy = this.#nextCopy();
    return this.#own ?? (this.#variables.length > 1 ? copy.flat : copy.parts[0]!);
  }

  #nextCopy() {
    return this.#block.copies[this.#nextIndex()];
  }

  #nextIndex(): 0 | 1 {
    const { current } = this.#block;
    return this.#replaced ? current : current === 0 ? 1 : 0;
  }
}
