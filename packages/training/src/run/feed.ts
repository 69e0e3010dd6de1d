import { type Batch, DataError, type Dataset, type Random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { forget, takeNext } from "./take-next.js";

/** Where a run stands in its data: batches taken from the pass `epoch`. */
export interface FeedPosition {
  readonly epoch: number;
  readonly batch: number;
}

/** An endless row of training batches, pass after pass, that can start anywhere. */
export class Feed<B extends Batch> {
  readonly #dataset: Dataset<B>;
  readonly #batchSize: number;
  readonly #random: Random;
  readonly #signal: AbortSignal | undefined;
  #epoch: number;
  #batch: number;
  #pass: AsyncIterator<B> | undefined;
  /** The batch after the one that was given last: of a stream only its end tells that a pass is over. */
  #ahead: Promise<IteratorResult<B>> | undefined;

  constructor(
    dataset: Dataset<B>,
    batchSize: number,
    random: Random,
    start: FeedPosition = { epoch: 0, batch: 0 },
    signal?: AbortSignal,
  ) {
    this.#dataset = dataset;
    this.#batchSize = batchSize;
    this.#random = random;
    this.#signal = signal;
    this.#epoch = start.epoch;
    this.#batch = start.batch;
  }

  get position(): FeedPosition {
    return { epoch: this.#epoch, batch: this.#batch };
  }

  /**
   * The next batch, which the caller disposes; `undefined` when the signal fires while it is waited for. Ends the pass with its last
   * batch: a stream without a size is read one batch ahead for that.
   *
   * @param abortable - False within a step, which ends whole or not at all.
   */
  async next(abortable: boolean): Promise<B | undefined> {
    for (;;) {
      this.#pass ??= this.#open();
      const coming = this.#take();
      const taken = await takeNext(coming, abortable ? this.#signal : undefined);
      if (taken === undefined) {
        this.#ahead = coming;
        return undefined;
      }
      if (!taken.done) {
        this.#batch++;
        await this.#lookAhead(taken.value);
        return taken.value;
      }
      if (this.#batch === 0) {
        throw new DataError(
          `train: expected at least ${this.#batchSize} examples for one batch, received ${this.#dataset.size ?? "fewer"}; lower \`batchSize\` or add data.`,
        );
      }
      await this.#nextPass();
    }
  }

  async close(): Promise<void> {
    forget(this.#ahead);
    const waiting = this.#ahead !== undefined && this.#signal?.aborted === true;
    this.#ahead = undefined;
    const ending = this.#pass?.return?.();
    this.#pass = undefined;
    // A generator that waits for its source ends when the source answers, which may be never.
    if (waiting) ending?.catch(() => undefined);
    else await ending;
  }

  #take(): Promise<IteratorResult<B>> {
    const coming = this.#ahead ?? this.#pass!.next();
    this.#ahead = undefined;
    return coming;
  }

  async #lookAhead(value: B): Promise<void> {
    if (this.#dataset.size !== undefined) {
      if (this.#batch === Math.floor(this.#dataset.size / this.#batchSize)) await this.#nextPass();
      return;
    }
    const ahead = this.#pass!.next();
    this.#ahead = ahead;
    try {
      const next = await takeNext(ahead, this.#signal);
      if (next?.done) await this.#nextPass();
    } catch (error) {
      // The pass ended with an error: said here, because the batch before it was the last good one.
      this.#ahead = undefined;
      tf.dispose(value as never);
      throw error;
    }
  }

  #open(): AsyncIterator<B> {
    return this.#dataset
      .batches({
        batchSize: this.#batchSize,
        epoch: this.#epoch,
        random: this.#random,
        // Batches of one size keep every step alike, as compiled steps and batch statistics need.
        partial: "drop",
        skip: this.#batch,
      })
      [Symbol.asyncIterator]();
  }

  async #nextPass(): Promise<void> {
    this.#ahead = undefined;
    await this.close();
    this.#epoch++;
    this.#batch = 0;
  }
}
