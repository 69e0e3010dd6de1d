import type { Batch, Dataset, Random } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import type { Transform } from "./array-dataset.js";
import type { StreamValue } from "./internal/collate.js";
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

/** Options of `fromGenerator`. */
export interface FromGeneratorOptions {
  /** What the stream gives: single examples (default), or batches of tensors of any size, which are cut anew. */
  readonly yields?: "examples" | "batches";
  /** Examples in one pass: a longer stream is cut there, a shorter one is an error. Otherwise the stream's end tells. */
  readonly size?: number;
  /** Shapes of fields that come as flat typed arrays: `{ x: [28, 28, 1] }`. By default such a field is a vector. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>;
  /** Examples to draw the next one from. Default 1, the stream's own order. Works on single examples. */
  readonly shuffleBuffer?: number;
  /** Refuse NaN and infinite values in examples given as arrays. Default true. Tensors are taken as they are. */
  readonly finite?: boolean;
}

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
