import { type Batch, DataError, type Dataset, type Random } from "@latentkit/core";

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
  #epoch: number;
  #batch: number;
  #pass: AsyncIterator<B> | undefined;

  constructor(dataset: Dataset<B>, batchSize: number, random: Random, start: FeedPosition = { epoch: 0, batch: 0 }) {
    this.#dataset = dataset;
    this.#batchSize = batchSize;
    this.#random = random;
    this.#epoch = start.epoch;
    this.#batch = start.batch;
  }

  get position(): FeedPosition {
    return { epoch: this.#epoch, batch: this.#batch };
  }

  /** The next batch, which the caller disposes. Ends the pass as soon as its last batch is known to be taken. */
  async next(): Promise<B> {
    for (;;) {
      this.#pass ??= this.#open();
      const { value, done } = await this.#pass.next();
      if (!done) {
        this.#batch++;
        if (this.#batch === this.#batchesPerPass()) await this.#nextPass();
        return value;
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
    await this.#pass?.return?.();
    this.#pass = undefined;
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

  #batchesPerPass(): number | undefined {
    return this.#dataset.size === undefined ? undefined : Math.floor(this.#dataset.size / this.#batchSize);
  }

  async #nextPass(): Promise<void> {
    await this.close();
    this.#epoch++;
    this.#batch = 0;
  }
}
