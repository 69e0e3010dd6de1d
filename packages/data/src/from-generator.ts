import {
  type Batch,
  check,
  choice,
  type DataBatch,
  type Dataset,
  flag,
  integer,
  optional,
  type Random,
  resolveOptions,
  value,
} from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import type { Transform } from "./array-dataset.js";
import type { StreamValue } from "./internal/collate.js";
import { StreamedDataset } from "./internal/streamed-dataset.js";
import type { Standardizer } from "./standardize.js";

export type { StreamValue } from "./internal/collate.js";

/** What a stream gives: one example, or a batch of tensors, by field; a bare tensor is the field `x`. */
export type StreamItem = Readonly<Record<string, StreamValue>> | tf.Tensor;

/** The pass that a stream is opened for. */
export interface StreamPass {
  /** Number of the pass, from 0. */
  readonly epoch: number;
  /** A stream of random numbers of this pass, when the pass has any, for generators that shuffle or draw themselves. */
  readonly random: Random | undefined;
}

/** Opens a stream anew for each pass. */
export type StreamSource<T> = (pass: StreamPass) => Iterable<T> | AsyncIterable<T>;

/** What is needed of a `tf.data.Dataset`. */
export interface TfDataset {
  /** Opens one pass over the examples. */
  iterator(): Promise<AsyncIterator<unknown>>;
}

/** Options of {@link fromGenerator}. */
export interface FromGeneratorOptions {
  /** What the stream gives: single examples unless given, or batches of tensors of any size, which are cut anew. */
  readonly yields?: "examples" | "batches";
  /** Examples in one pass: a longer stream is cut there, a shorter one is an error. Otherwise the stream's end tells. */
  readonly size?: number;
  /** Shapes of fields that come as flat typed arrays: `{ x: [28, 28, 1] }`. Such a field is a vector unless given. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** Examples to draw the next one from; 1, the stream's own order, unless given. Works on single examples. */
  readonly shuffleBuffer?: number;
  /** Refuse NaN and infinite values in examples given as arrays; true unless given. Tensors are taken as they are. */
  readonly finite?: boolean;
}

const OPTIONS = {
  yields: choice(["examples", "batches"], { default: "examples" }),
  size: optional(integer({ min: 1 })),
  shapes: value<Readonly<Record<string, readonly number[]>>>({
    expected: "shapes by field, such as { x: [28, 28, 1] }",
    accepts: (given) => typeof given === "object" && given !== null && !Array.isArray(given),
    factories: [],
    default: {},
  }),
  shuffleBuffer: integer({ min: 1, default: 1 }),
  finite: flag({ default: true }),
};

/** The batches made from what a stream gives. */
export type StreamBatch<T> = T extends tf.Tensor
  ? { readonly x: tf.Tensor }
  : { readonly [K in keyof T]: T[K] extends tf.Tensor ? T[K] : tf.Tensor };

/** A dataset that is read from its start in each pass. */
export interface StreamDataset<B extends Batch = Batch> extends Dataset<B> {
  /** Passes each batch through a function of tensors, see {@link Transform}, or through a standardizer. */
  map<C extends Batch>(transform: Transform<B, C>): StreamDataset<C>;
  /** Passes each batch through a standardizer, as `standardize` gives it. */
  map(standardizer: Standardizer): StreamDataset<B>;
}

/**
 * A dataset of a generator, synchronous or asynchronous, or of a `tf.data.Dataset`: for data that does not fit in memory or
 * has no end.
 *
 * A resumed pass reads the stream from its start and leaves out what was used, so the stream has to be the same each time
 * for the same `epoch` and `random`. Tensors that it gives are disposed of here.
 *
 * **Shapes** examples `[…]` become `[batch, …]`; `label` and integer arrays int32, the rest float32.
 *
 * @throws ConfigError when an option cannot work; DataError, while batches are read, when the stream is empty or shorter
 *   than `size`, when examples differ in fields or shape, or hold NaN.
 * @example
 * ```ts
 * import { fromGenerator } from "@latentkit/data";
 * const data = fromGenerator(function* () {
 *   for (let i = 0; i < 100; i++) yield { x: [i / 100, 1 - i / 100], label: i % 2 };
 * });
 * for await (const { x, label } of data.batches({ batchSize: 20 })) {
 *   x.dispose(); // float32 [20, 2]
 *   label.dispose(); // int32 [20]
 * }
 * ```
 */
export function fromGenerator<T extends StreamItem>(
  source: StreamSource<T>,
  options?: FromGeneratorOptions,
): StreamDataset<StreamBatch<T> & Batch>;
export function fromGenerator<B extends Batch = DataBatch>(
  source: TfDataset,
  options?: FromGeneratorOptions,
): StreamDataset<B>;
export function fromGenerator(
  source: StreamSource<StreamItem> | TfDataset,
  options: FromGeneratorOptions = {},
): StreamDataset {
  const { yields, size, shapes, shuffleBuffer, finite } = resolveOptions("fromGenerator", OPTIONS, options);
  const checker = check("fromGenerator");
  const opens = typeof source === "function" || typeof source?.iterator === "function";
  checker.that("source", source, opens, "a function that opens the stream for each pass, or a tf.data.Dataset");
  for (const [name, shape] of Object.entries(shapes)) checker.sizes(`shapes.${name}`, shape, 0);
  checker.that(
    "shuffleBuffer",
    shuffleBuffer,
    shuffleBuffer === 1 || yields === "examples",
    "1 for a stream of batches",
  );
  return new StreamedDataset(source, { yields, size, shapes, shuffleBuffer, finite });
}
