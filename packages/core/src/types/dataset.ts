import type { Random } from "../random/random.js";
import type { Batch } from "./model.js";

/** How one pass over a dataset is cut into batches. */
export interface BatchOptions {
  /** Examples in a batch. */
  readonly batchSize: number;
  /** Number of the pass, from 0: each has its own order. */
  readonly epoch?: number;
  /** Where the order and any augmentation come from; without it the examples come in their stored order. */
  readonly random?: Random;
  /** What happens to a last batch with fewer examples. Default `keep`. */
  readonly partial?: "keep" | "drop";
  /** Batches of this pass to leave out from its start, for a run that is resumed. */
  readonly skip?: number;
}

/** Where batches come from. The caller disposes the tensors of each batch. */
export interface Dataset<B extends Batch = Batch> {
  /** Examples in one pass, or `undefined` when only the end of the stream tells. */
  readonly size: number | undefined;
  /** One pass. The same options give the same batches, on every backend. */
  batches(options: BatchOptions): AsyncIterable<B>;
  /**
   * Values of the examples from `start` up to and without `end` as batches hold them, where they are known without making batches, as of
   * data in memory that nothing maps: what a model cannot take is found before the first step there. Absent, or nothing, elsewhere.
   */
  peek?(field: string, start: number, end: number): ArrayLike<number> | undefined;
}
