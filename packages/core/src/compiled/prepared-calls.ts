import * as tf from "@tensorflow/tfjs";
import type { Random } from "../random/random.js";
import type { RandomSource } from "../random/random-source.js";
import { compileEagerly } from "../run-eagerly.js";
import type { Compile, PreparedFunction } from "../types/executor.js";
import { blockOf, rowBlocks } from "./row-blocks.js";

type Tensors = Readonly<Record<string, tf.Tensor>>;

/** Functions that are kept ready; of more, the one that was used longest ago is freed. */
const KEPT = 8;

/** What an executor has made ready of one model, by name. */
export class PreparedCalls {
  readonly #compile: Compile;
  readonly #batchSize: number;
  readonly #ready = new Map<string, PreparedFunction>();

  constructor(compile: Compile, batchSize: number) {
    this.#compile = compile;
    this.#batchSize = batchSize;
  }

  /** Maps rows a block at a time, each with its own conditions. */
  async rows(
    name: string,
    x: tf.Tensor,
    given: Tensors | undefined,
    map: (rows: tf.Tensor, given?: Tensors) => tf.Tensor,
  ): Promise<tf.Tensor> {
    const prepared = await this.#kept(name, given, (inputs, own) => map(inputs.rows!, own));
    const parts: tf.Tensor[] = [];
    try {
      for (const block of rowBlocks(x.shape[0]!, this.#batchSize, this.#compile !== compileEagerly)) {
        const inputs = { rows: blockOf(x, block), ...mapped(given, (value) => blockOf(value, block)) };
        try {
          const { result } = await prepared.run(inputs);
          parts.push(block.size === block.count ? result! : tf.tidy(() => tf.slice(result!, 0, block.count)));
          if (parts.at(-1) !== result) result!.dispose();
        } finally {
          tf.dispose(inputs);
        }
      }
      return parts.length === 1 ? parts.pop()! : tf.concat(parts);
    } finally {
      tf.dispose(parts);
    }
  }

  /** Computes a function that draws noise once. */
  async once(
    name: string,
    given: Tensors | undefined,
    random: Random,
    draw: (random: RandomSource, given?: Tensors) => tf.Tensor,
  ): Promise<tf.Tensor> {
    const prepared = await this.#kept(name, given, (_, own, stream) => draw(stream, own));
    const { result } = await prepared.run(
      mapped(given, (value) => value),
      random,
    );
    return result!;
  }

  async dispose(): Promise<void> {
    const all = [...this.#ready.values()];
    this.#ready.clear();
    for (const prepared of all) await prepared.dispose();
  }

  async #kept(
    name: string,
    given: Tensors | undefined,
    call: (inputs: Tensors, given: Tensors | undefined, random: RandomSource) => tf.Tensor,
  ): Promise<PreparedFunction> {
    const conditions = Object.keys(given ?? {});
    const key = `${name} ${conditions.join()}`;
    const prepared =
      this.#ready.get(key) ??
      this.#compile((inputs, step) => {
        const own =
          given && Object.fromEntries(conditions.map((condition) => [condition, inputs[PREFIX + condition]!]));
        return { result: call(inputs as Tensors, own, step.random) };
      });
    this.#ready.delete(key);
    this.#ready.set(key, prepared);
    if (this.#ready.size > KEPT) {
      const [oldest] = this.#ready.keys();
      const freed = this.#ready.get(oldest!)!;
      this.#ready.delete(oldest!);
      await freed.dispose();
    }
    return prepared;
  }
}

const PREFIX = "given.";

/** Conditions as further inputs of a function. */
function mapped(given: Tensors | undefined, to: (value: tf.Tensor) => tf.Tensor): Tensors {
  return Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [PREFIX + name, to(value)]));
}
