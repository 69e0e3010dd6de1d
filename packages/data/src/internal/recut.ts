import { type Batch, DataError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Takes batches of any sizes and gives them out in another size. Owns the tensors in between. */
export class Recut {
  readonly #owner: string;
  #parts: Batch[] = [];
  #names: string | undefined;
  /** Shape of an example and type of each field, as in the first batch. */
  #like: Readonly<Record<string, string>> | undefined;
  #count = 0;

  constructor(owner: string) {
    this.#owner = owner;
  }

  /** Examples held. */
  get count(): number {
    return this.#count;
  }

  /** @throws DataError when the fields are no tensors of one length, or others than before; the batch is then disposed of. */
  push(batch: Batch): void {
    try {
      this.#push(batch);
    } catch (error) {
      for (const value of Object.values(batch)) if (value instanceof tf.Tensor) value.dispose();
      throw error;
    }
  }

  #push(batch: Batch): void {
    const names = Object.keys(batch).sort().join("', '");
    const sizes = Object.values(batch).map((value) => (value instanceof tf.Tensor ? (value.shape[0] ?? -1) : -1));
    if (sizes.length === 0 || sizes.some((size) => size < 0 || size !== sizes[0])) {
      throw new DataError(
        `${this.#owner}: expected a batch of tensors with as many examples each, received ${describe(batch)}; for single examples leave \`yields\` out.`,
      );
    }
    this.#names ??= names;
    if (names !== this.#names) {
      throw new DataError(
        `${this.#owner}: expected every batch to have the fields '${this.#names}', received '${names}'.`,
      );
    }
    this.#checkLike(batch);
    this.#parts.push(batch);
    this.#count += sizes[0]!;
  }

  #checkLike(batch: Batch): void {
    const own = Object.fromEntries(
      Object.entries(batch).map(([name, { dtype, shape }]) => [
        name,
        `${dtype} [${["batch", ...shape.slice(1)].join(", ")}]`,
      ]),
    );
    this.#like ??= own;
    for (const [name, expected] of Object.entries(this.#like)) {
      if (own[name] === expected) continue;
      throw new DataError(
        `${this.#owner}: expected every batch of '${name}' to be ${expected} like the first, received ${own[name]}; pad, cut or cast it.`,
      );
    }
  }

  /** The first `size` examples held, or all when there are fewer. */
  take(size: number): Batch {
    const taken: Batch[] = [];
    let missing = Math.min(size, this.#count);
    this.#count -= missing;
    while (missing > 0) {
      const part = this.#parts.shift()!;
      const length = lengthOf(part);
      if (length > missing) {
        this.#parts.unshift(rows(part, missing, length - missing));
        taken.push(rows(part, 0, missing));
        tf.dispose(part as tf.TensorContainer);
      } else taken.push(part);
      missing -= Math.min(length, missing);
    }
    const [first] = taken;
    if (taken.length === 1) return first!;
    const joined = tf.tidy(() => eachField(first!, (name) => tf.concat(taken.map((part) => part[name]!))));
    tf.dispose(taken as tf.TensorContainer);
    return joined;
  }

  /** Frees what is still held. */
  dispose(): void {
    tf.dispose(this.#parts as tf.TensorContainer);
    this.#parts = [];
  }
}

function lengthOf(batch: Batch): number {
  return Object.values(batch)[0]!.shape[0]!;
}

function rows(batch: Batch, start: number, size: number): Batch {
  return eachField(batch, (name) => tf.slice(batch[name]!, start, size));
}

function eachField(like: Batch, make: (name: string) => tf.Tensor): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.keys(like).map((name) => [name, make(name)]));
}

function describe(batch: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(batch).map(([name, value]) =>
    value instanceof tf.Tensor ? `${name}: [${value.shape.join(", ")}]` : `${name}: no tensor`,
  );
  return `{ ${parts.join(", ")} }`;
}
