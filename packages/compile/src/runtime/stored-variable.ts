import { DeviceLostError, UnsupportedError } from "@latentkit/core";
import type { HostValues, ValueHolder } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { type Block, readBlock } from "./block.js";
import type { OnnxRuntimeModule, OnnxTensor } from "./module.js";

/**
 * One variable's place in a store. TensorFlow.js finds the variable's values here until one of its kernels takes them over.
 */
export class StoredVariable implements ValueHolder {
  /** The module that made the tensors. */
  readonly ort: OnnxRuntimeModule;
  readonly #variable: tf.Variable;
  block: Block;
  index: number;
  /** The variable's data handle when its values here and in TensorFlow.js were last the same. */
  handle: object | undefined;
  /** Set when the store has ended: the values that stay, or why there are none. */
  #last: HostValues | { readonly lost: unknown } | undefined;

  constructor(ort: OnnxRuntimeModule, variable: tf.Variable, block: Block, index: number) {
    this.ort = ort;
    this.#variable = variable;
    this.block = block;
    this.index = index;
  }

  /** The value that compiled steps are fed, or nothing once the store has ended. */
  get tensor(): OnnxTensor | undefined {
    if (this.#last !== undefined) return undefined;
    return (this.block.device ?? this.block.copies[this.block.current]).parts[this.index]!;
  }

  async read(): Promise<HostValues> {
    await this.fetch();
    return this.readSync();
  }

  fetch(): Promise<void> | undefined {
    return this.#last === undefined && this.block.device?.read === false ? readBlock(this.block) : undefined;
  }

  readSync(): HostValues {
    if (this.#last !== undefined) {
      if (!("lost" in this.#last)) return this.#last;
      throw new DeviceLostError(`onnx: the values of '${this.#variable.name}' went with their device.`, {
        cause: this.#last.lost,
      });
    }
    const { block, index } = this;
    if (block.device?.read === false) {
      throw new UnsupportedError(
        `onnx: the values of '${this.#variable.name}' are on a device and cannot be had at once; await its data() before, or fetchHeld(variables) of @latentkit/core for many.`,
      );
    }
    return block.copies[block.current].partData[index]!.slice();
  }

  /** Keeps the values for as long as somebody may ask; the block is no longer needed. */
  async end(): Promise<void> {
    if (this.#last !== undefined) return;
    try {
      await readBlock(this.block);
      this.#last = this.block.copies[this.block.current].partData[this.index]!.slice();
    } catch (lost) {
      this.#last = { lost };
    }
  }
}
