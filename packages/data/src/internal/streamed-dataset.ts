import { type Batch, type BatchOptions, DataError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { Transform } from "../array-dataset.js";
import type { Standardizer } from "../standardize.js";
import type {
  FromGeneratorOptions,
  StreamDataset,
  StreamItem,
  StreamPass,
  StreamSource,
  TfDataset,
} from "../stream-types.js";
import { breather } from "./breath.js";
import { collate, dispose, type Like, likeOf, type StreamValue } from "./collate.js";
import { checkPass, type Pass, tooFew, transformRandom } from "./pass.js";
import { Recut } from "./recut.js";
import { shuffled } from "./shuffled.js";
import { type AnyTransform, transformOf } from "./transform-of.js";

type Options = Required<Omit<FromGeneratorOptions, "size">> & { readonly size: number | undefined };
type Example = Readonly<Record<string, StreamValue>>;
type Source = StreamSource<StreamItem> | TfDataset;

const OWNER = "fromGenerator";

/** The dataset of streams: opened anew for each pass, cut into batches, mapped. */
export class StreamedDataset<B extends Batch> implements StreamDataset<B> {
  readonly size: number | undefined;
  readonly #source: Source;
  readonly #options: Options;
  readonly #transforms: readonly AnyTransform[];

  constructor(source: Source, options: Options, transforms: readonly AnyTransform[] = []) {
    this.size = options.size;
    this.#source = source;
    this.#options = options;
    this.#transforms = transforms;
  }

  batches(options: BatchOptions): AsyncIterable<B> {
    return this.#pass(checkPass("batches", options, this.size)) as AsyncIterable<B>;
  }

  map<C extends Batch>(transform: Transform<B, C> | Standardizer): StreamDataset<C> {
    const transforms = [...this.#transforms, transformOf(transform)];
    return new StreamedDataset<C>(this.#source, this.#options, transforms);
  }

  async *#pass(pass: Pass): AsyncGenerator<Batch> {
    const batches = this.#options.yields === "examples" ? this.#fromExamples(pass) : this.#fromBatches(pass);
    let index = pass.skip;
    for await (const batch of batches) yield this.#transform(batch, pass, index++);
  }

  #transform(batch: Batch, pass: Pass, index: number): Batch {
    if (this.#transforms.length === 0) return batch;
    const kept = new Set<number>();
    try {
      const mapped = tf.tidy(() => {
        const noise = (i: number) => transformRandom(pass, i, index);
        return this.#transforms.reduce((last, map, i) => map(last, noise(i)), batch) as tf.TensorContainer;
      }) as Batch;
      for (const { id } of Object.values(mapped)) kept.add(id);
      return mapped;
    } finally {
      // The stream's tensors were made outside of the tidy, which therefore leaves them.
      for (const tensor of Object.values(batch)) if (!kept.has(tensor.id)) tensor.dispose();
    }
  }

  async *#fromExamples(pass: Pass): AsyncGenerator<Batch> {
    const { shuffleBuffer, shapes, finite } = this.#options;
    let like: Like | undefined;
    const order = shuffleBuffer > 1 ? pass.random?.stream("order").at(pass.epoch) : undefined;
    const source = this.#open(pass);
    const opened = (async function* () {
      for await (const example of source) {
        like ??= likeOf(example);
        yield example;
      }
    })();
    const examples = order === undefined ? opened : shuffled(opened, shuffleBuffer, order, dispose);
    let skipped = pass.skip * pass.batchSize;
    let count = 0;
    let held: Example[] = [];
    const make = (): Batch => {
      const whole = held;
      held = [];
      return collate(whole, { owner: OWNER, shapes, finite, like: like! });
    };
    try {
      for await (const example of examples) {
        count++;
        if (skipped-- > 0) dispose(example);
        else held.push(example);
        if (held.length === pass.batchSize) yield make();
        if (count === this.size) break;
      }
      this.#checkEnd(pass, count);
      if (held.length > 0 && pass.partial === "keep") yield make();
    } finally {
      held.forEach(dispose);
    }
  }

  async *#fromBatches(pass: Pass): AsyncGenerator<Batch> {
    const { batchSize } = pass;
    const size = this.size ?? Infinity;
    const recut = new Recut(OWNER);
    let left = pass.skip;
    let given = 0;
    const take = (count: number): Batch | undefined => {
      given += count;
      const batch = recut.take(count);
      if (left-- <= 0) return batch;
      tf.dispose(batch as tf.TensorContainer);
      return undefined;
    };
    try {
      for await (const item of this.#open(pass)) {
        recut.push(item as Batch);
        while (Math.min(recut.count, size - given) >= batchSize) {
          const batch = take(batchSize);
          if (batch !== undefined) yield batch;
        }
        if (given + recut.count >= size) break;
      }
      const rest = Math.min(recut.count, size - given);
      this.#checkEnd(pass, given + rest);
      const last = rest > 0 && pass.partial === "keep" ? take(rest) : undefined;
      if (last !== undefined) yield last;
    } finally {
      recut.dispose();
    }
  }

  async *#open(pass: Pass): AsyncGenerator<Example> {
    const random = pass.random?.stream("source").at(pass.epoch);
    const breathe = breather();
    for await (const item of opened(this.#source, { epoch: pass.epoch, random })) {
      await breathe();
      if (item instanceof tf.Tensor) yield { x: item };
      else if (typeof item === "object" && item !== null && !ArrayBuffer.isView(item) && !Array.isArray(item))
        yield item as Example;
      else throw new DataError(`${OWNER}: expected fields such as { x }, received ${typeof item}; yield { x: value }.`);
    }
  }

  #checkEnd({ partial, batchSize }: Pass, count: number): void {
    if (count === 0) {
      throw new DataError(
        `${OWNER}: expected at least one example, received an empty stream; open it anew for each pass.`,
      );
    }
    if (this.size !== undefined && count < this.size) {
      throw new DataError(`${OWNER}: expected ${this.size} examples, \`size\`, received a stream of ${count}.`);
    }
    if (partial === "drop" && count < batchSize) throw tooFew(OWNER, batchSize, count);
  }
}

async function* opened(source: Source, pass: StreamPass): AsyncGenerator<unknown> {
  if (typeof source === "function") {
    yield* source(pass);
    return;
  }
  const iterator = await source.iterator();
  for (let item = await iterator.next(); !item.done; item = await iterator.next()) yield item.value;
}
