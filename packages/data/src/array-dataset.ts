import type { Batch, Dataset, Random } from "@latentkit/core";
import type { Standardizer } from "./standardize.js";

/**
 * Changes a batch on its way to the model: augmentation, binarisation, a new field.
 *
 * Runs inside `tf.tidy`: what it returns is kept, its intermediate tensors are freed. Noise comes from `random`, which
 * depends on the pass and the batch alone, so that a resumed run sees the same batches.
 */
export type Transform<B extends Batch, C extends Batch> = (batch: B, random: Random) => C;

/** How one field of a dataset is stored. */
export interface FieldInfo {
  /** Shape of one example; `[]` for one number an example. */
  readonly shape: readonly number[];
  /** Type of the batch's tensor. */
  readonly dtype: "float32" | "int32";
  /** What stored values are multiplied by when a batch is made: 1/255 for images kept as bytes. */
  readonly scale: number;
}

/**
 * A dataset in memory with random access. Its order in a pass depends on the seed and the epoch alone; skipping batches
 * costs nothing. All methods return views that share the stored values.
 *
 * @typeParam B - The batches.
 * @typeParam I - What is known of the data beside its values; every view carries it.
 * @example
 * ```ts
 * import { glyphs } from "@latentkit/data";
 * const [train, validation] = glyphs({ count: 1000 }).split([0.9, 0.1], 7);
 * for await (const { x, label } of train.batches({ batchSize: 100 })) {
 *   x.dispose(); // float32 [100, 28, 28, 1]
 *   label.dispose(); // int32 [100]
 * }
 * console.log(validation.size); // 100
 * ```
 */
export interface ArrayDataset<B extends Batch = Batch, I = unknown> extends Dataset<B> {
  /** Examples. */
  readonly size: number;
  /** What is known of the data beside its values: class names, centres of modes, names of factors. */
  readonly info: I;
  /** How each stored field looks, before any {@link ArrayDataset.map}. */
  readonly fields: Readonly<Record<string, FieldInfo>>;
  /**
   * A copy of a field's values as they are stored, example after example: bytes 0–255 for images, class numbers for
   * `label`. Maps have no effect on them.
   *
   * @throws ConfigError when there is no such field.
   */
  values(name: string): Uint8Array | Int32Array | Float32Array;
  /**
   * The examples at these positions as one batch, which the caller disposes; all of them unless positions are given.
   *
   * @param random - What maps draw from. Default the draws of seed 0.
   * @throws ConfigError when a position is not in the data.
   */
  gather(positions?: ArrayLike<number>, random?: Random): B;
  /** The first `count` examples. @throws ConfigError when there are fewer. */
  take(count: number): ArrayDataset<B, I>;
  /** The examples from `start` up to and without `end`. By default to the last. @throws ConfigError outside the data. */
  slice(start: number, end?: number): ArrayDataset<B, I>;
  /**
   * Parts without common examples, drawn at random by `seed` (default 0): `split([0.9, 0.1], 7)`.
   *
   * @param fractions - Shares of the examples, with a sum of at most 1.
   * @throws ConfigError when a part would be empty or the sum exceeds 1.
   */
  split<const F extends readonly number[]>(
    fractions: F,
    seed?: number,
  ): { -readonly [K in keyof F]: ArrayDataset<B, I> };
  /**
   * The examples whose stored class number is listed, or passes a test.
   *
   * @param field - Field with the class numbers. Default `label`.
   * @throws DataError when no example is left, ConfigError when the field is not there or holds more than one number.
   */
  filter(keep: readonly number[] | ((label: number) => boolean), field?: string): ArrayDataset<B, I>;
  /** The named fields only; the rest is neither read nor sent to the device. @throws ConfigError for an unknown name. */
  select<K extends keyof B & string>(names: readonly K[]): ArrayDataset<Pick<B, K>, I>;
  /** Passes each batch through a function of tensors, see {@link Transform}, or through a standardizer. */
  map<C extends Batch>(transform: Transform<B, C>): ArrayDataset<C, I>;
  /** Passes each batch through a standardizer, as `standardize` gives it. */
  map(standardizer: Standardizer): ArrayDataset<B, I>;
}
