import type * as tf from "@tensorflow/tfjs";
import type { OnnxTensor, Runtime } from "../runtime/load.js";
import type { Block, StateStore } from "../runtime/store.js";

/** Where one output of a graph is written: the other copy of its block, or a buffer of its own. */
export class StateTarget {
  /** Name of the output. */
  readonly output: string;
  readonly #store: StateStore;
  readonly #block: Block;
  readonly #variables: readonly tf.Variable[];
  /** Set when the block holds other variables too, which stay: then the values are copied in. */
  readonly #own: OnnxTensor | undefined;

  constructor(store: StateStore, variables: readonly tf.Variable[], output: string, ort: Runtime["ort"]) {
    this.output = output;
    this.#store = store;
    this.#variables = variables;
    this.#block = store.place(variables);
    this.#block.written = true;
    const whole = this.#block.variables.length === variables.length;
    const part = store.value(variables[0]!);
    this.#own = whole ? undefined : new ort.Tensor("float32", new Float32Array(part.size), part.dims);
  }

  /** The tensor to write into. */
  next(): OnnxTensor {
    const copy = this.#block.copies[this.#block.current === 0 ? 1 : 0];
    return this.#own ?? (this.#variables.length > 1 ? copy.flat : copy.parts[0]!);
  }

  /** Adds the new values by variable. */
  collect(values: Map<tf.Variable, ArrayLike<number>>): void {
    if (this.#own !== undefined) {
      values.set(this.#variables[0]!, this.#own.data as Float32Array);
      return;
    }
    const { partData } = this.#block.copies[this.#block.current === 0 ? 1 : 0];
    this.#variables.forEach((variable, i) => {
      values.set(variable, partData[i]!);
    });
  }

  /** Makes the new values the current ones. */
  commit(): void {
    if (this.#own === undefined) this.#store.flip(this.#block);
    else this.#store.write(this.#variables[0]!, this.#own.data as Float32Array);
  }
}
