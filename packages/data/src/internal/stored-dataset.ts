import { type Batch, type BatchOptions, ConfigError, DataError, type Random, random } from "@latentkit/core";
import { check, sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ArrayDataset, Transform } from "../array-dataset.js";
import type { Standardizer } from "../standardize.js";
import { gatherField, gatherScaled, gatherValues, type StoredField, type StoredValues } from "./field.js";
import { batchCount, checkPass, transformRandom } from "./pass.js";
import { type AnyTransform, transformOf } from "./transform-of.js";

type Fields = Readonly<Record<string, StoredField>>;

/** The dataset of all in-memory sources: shared fields, the rows of them that this view has, and its maps. */
export class StoredDataset<B extends Batch, I> implements ArrayDataset<B, I> {
  readonly size: number;
  readonly fields: Fields;
  readonly info: I;
  readonly #rows: Uint32Array;
  readonly #transforms: readonly AnyTransform[];
  constructor(fields: Fields, info: I, rows: Uint32Array, transforms: readonly AnyTransform[] = []) {
    this.fields = fields;
    this.info = info;
    this.size = rows.length;
    this.#rows = rows;
    this.#transforms = transforms;
  }

  batches(options: BatchOptions): AsyncIterable<B> {
    const pass = checkPass("batches", options, this.size);
    const { batchSize, skip } = pass;
    const order = pass.random?.stream("order").at(pass.epoch).permutation(this.size);
    const rows = order === undefined ? this.#rows : order.map((position) => this.#rows[position]!);
    const make = (batch: number): B =>
      this.#batch(rows.subarray(batch * batchSize, (batch + 1) * batchSize), (index) =>
        transformRandom(pass, index, batch),
      );
    const count = batchCount(pass, this.size);
    return (async function* () {
      for (let batch = skip; batch < count; batch++) yield make(batch);
    })();
  }

  gather(positions?: ArrayLike<number>, noise: Random = random(0)): B {
    const rows =
      positions === undefined ? this.#rows : Uint32Array.from(positions, (p) => this.#rows[this.#inside(p)]!);
    return this.#batch(rows, (index) => noise.stream("transform").stream(`${index}`));
  }

  values(name: string): StoredValues {
    return gatherValues(this.#field("values", name), this.#rows);
  }

  peek(name: string, start: number, end: number): ArrayLike<number> | undefined {
    const field = this.#transforms.length === 0 ? this.fields[name] : undefined;
    return field && gatherScaled(field, this.#rows.subarray(start, end));
  }

  take(count: number): ArrayDataset<B, I> {
    return this.#view(this.#rows.subarray(0, check("take").integer("count", count, { min: 1, max: this.size })));
  }

  slice(start: number, end: number = this.size): ArrayDataset<B, I> {
    check("slice").integer("start", start, { min: 0, max: this.size - 1 });
    check("slice").integer("end", end, { min: start + 1, max: this.size });
    return this.#view(this.#rows.subarray(start, end));
  }

  split<const F extends readonly number[]>(fractions: F, seed = 0): { -readonly [K in keyof F]: ArrayDataset<B, I> } {
    const checker = check("split");
    const order = random(checker.integer("seed", seed, { min: 0 }))
      .stream("split")
      .permutation(this.size);
    let sum = 0;
    let start = 0;
    const parts = fractions.map((fraction, i) => {
      sum += checker.number(`fractions[${i}]`, fraction, { above: 0, max: 1 });
      checker.that("fractions", fractions, sum <= 1 + 1e-9, "shares with a sum of at most 1");
      const end = Math.min(this.size, Math.round(sum * this.size));
      if (end === start) {
        throw new ConfigError(
          `split: expected every part to have an example, received ${fraction} of ${this.size} examples for part ${i}; use larger fractions or more data.`,
        );
      }
      const part = order.slice(start, end).map((position) => this.#rows[position]!);
      start = end;
      return this.#view(part);
    });
    return parts as { -readonly [K in keyof F]: ArrayDataset<B, I> };
  }

  filter(keep: readonly number[] | ((label: number) => boolean), field = "label"): ArrayDataset<B, I> {
    const { values, shape } = this.#field("filter", field);
    check("filter").that("field", field, sizeOf(shape) === 1, "a field with one number an example");
    const keeps = typeof keep === "function" ? keep : (label: number) => keep.includes(label);
    const rows = this.#rows.filter((row) => keeps(values[row]!));
    if (rows.length === 0) {
      const present = [...new Set(this.values(field))].sort((a, b) => a - b).slice(0, 20);
      throw new DataError(
        `filter: expected examples to be left, received none; \`${field}\` has ${present.join(", ")}.`,
      );
    }
    return this.#view(rows);
  }

  select<K extends keyof B & string>(names: readonly K[]): ArrayDataset<Pick<B, K>, I> {
    if (this.#transforms.length > 0) return this.map((batch) => pick("select", batch, names));
    return new StoredDataset(pick("select", this.fields, names), this.info, this.#rows);
  }

  map<C extends Batch>(transform: Transform<B, C> | Standardizer): ArrayDataset<C, I> {
    const transforms = [...this.#transforms, transformOf(transform)];
    return new StoredDataset<C, I>(this.fields, this.info, this.#rows, transforms);
  }

  #view(rows: Uint32Array): ArrayDataset<B, I> {
    return new StoredDataset<B, I>(this.fields, this.info, rows, this.#transforms);
  }

  #batch(rows: Uint32Array, noise: (index: number) => Random): B {
    return tf.tidy(() => {
      const stored = Object.entries(this.fields).map(([name, field]) => [name, gatherField(field, rows)]);
      let batch: Batch = Object.fromEntries(stored);
      for (const [index, transform] of this.#transforms.entries()) batch = transform(batch, noise(index));
      return batch as unknown as tf.TensorContainer;
    }) as unknown as B;
  }

  #field(owner: string, name: string): StoredField {
    return pick(owner, this.fields, [name])[name]!;
  }

  #inside(position: number): number {
    return check("gather").integer("positions", position, { min: 0, max: this.size - 1 });
  }
}

/** Some entries of a record. */
function pick<R extends object, K extends keyof R & string>(owner: string, from: R, names: readonly K[]): Pick<R, K> {
  for (const name of names) {
    if (!Object.hasOwn(from, name)) {
      throw new ConfigError(
        `${owner}: expected a field of the data, one of '${Object.keys(from).join("', '")}', received '${name}'.`,
      );
    }
  }
  return Object.fromEntries(names.map((name) => [name, from[name]])) as unknown as Pick<R, K>;
}
