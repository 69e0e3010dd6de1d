import * as tf from "@tensorflow/tfjs";
import { check } from "../check.js";
import { OutOfMemoryError } from "../errors.js";
import { sizeOf } from "../ops/size-of.js";
import { philox } from "./philox.js";
import type { RandomSource } from "./random-source.js";

/**
 * A seeded stream of random numbers, equal on every backend: numbers are made on the host by Philox 4×32-10 with the seed
 * as key and (draw, step, stream) as counter. Streams are named and positioned, not consumed: `random(7).stream("noise")
 * .at(100)` is the same stream whatever was drawn before, which is what makes a resumed run exact.
 *
 * Only the number of draws made from *this* object changes: the first draw differs from the second.
 */
export class Random implements RandomSource {
  readonly #seed: number;
  readonly #path: string;
  readonly #hash: number;
  readonly #step: number;
  #draw = 0;

  /** Use {@link random}. */
  constructor(seed: number, path = "", step = 0) {
    this.#seed = seed;
    this.#path = path;
    this.#hash = fnv1a(path);
    this.#step = step;
  }

  /** An independent stream with this name below this one. */
  stream(name: string): Random {
    check("Random.stream").that("name", name, typeof name === "string", "a string");
    return new Random(this.#seed, `${this.#path}/${name}`, this.#step);
  }

  /** This stream at a step, from its first draw. */
  at(step: number): Random {
    return new Random(this.#seed, this.#path, check("Random.at").integer("step", step, { min: 0, max: 2 ** 32 - 1 }));
  }

  /** This stream as it stands: both go on with the same draws. */
  copy(): Random {
    const twin = new Random(this.#seed, this.#path, this.#step);
    twin.#draw = this.#draw;
    return twin;
  }

  /** Fills an array with uniform 32-bit words: one draw. */
  fillWords<T extends Uint32Array>(out: T): T {
    const high = Math.floor(this.#seed / 2 ** 32);
    philox(out, this.#seed % 2 ** 32, high, this.#draw++, this.#step, this.#hash);
    return out;
  }

  /** Fills an array with uniform values in [low, high), each a multiple of 2⁻²⁴ before scaling: one draw. */
  fillUniform<T extends Float32Array>(out: T, low = 0, high = 1): T {
    check("Random.uniform").that(
      "high",
      high,
      typeof low === "number" && typeof high === "number" && high > low && Number.isFinite(high - low),
      `a number > low, which is ${low}`,
    );
    const words = this.fillWords(new Uint32Array(out.length));
    const scale = (high - low) / 2 ** 24;
    for (let i = 0; i < out.length; i++) {
      const value = low + (words[i]! >>> 8) * scale;
      out[i] = value;
      // The nearest float32 of a value just below `high` may be `high` itself.
      if (out[i]! >= high) out[i] = low;
    }
    return out;
  }

  /** Fills an array with standard normal values by Box and Muller's transform: one draw. */
  fillNormal<T extends Float32Array>(out: T): T {
    const words = this.fillWords(new Uint32Array(out.length + (out.length % 2)));
    for (let i = 0; i < out.length; i += 2) {
      // Half a unit keeps the logarithm finite.
      const radius = Math.sqrt(-2 * Math.log((words[i]! + 0.5) / 2 ** 32));
      const angle = (words[i + 1]! * (2 * Math.PI)) / 2 ** 32;
      out[i] = radius * Math.cos(angle);
      if (i + 1 < out.length) out[i + 1] = radius * Math.sin(angle);
    }
    return out;
  }

  /** One uniform value in [0, 1), with 32 random bits. */
  next(): number {
    return this.fillWords(new Uint32Array(1))[0]! / 2 ** 32;
  }

  /** One integer in [0, below), without modulo bias worth measuring (below 2⁻³² · `below`). */
  integer(below: number): number {
    check("Random.integer").integer("below", below, { min: 1, max: 2 ** 32 });
    return Math.floor(this.next() * below);
  }

  /** A uniformly random order of 0 … n − 1, by Fisher and Yates' shuffle. */
  permutation(n: number): Uint32Array {
    check("Random.permutation").integer("n", n, { min: 0, max: 2 ** 32 - 1 });
    const words = this.fillWords(new Uint32Array(n));
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor((words[i]! / 2 ** 32) * (i + 1));
      const kept = order[i]!;
      order[i] = order[j]!;
      order[j] = kept;
    }
    return order;
  }

  normal<R extends tf.Rank = tf.Rank>(shape: readonly number[]): tf.Tensor<R> {
    const values = this.fillNormal(roomFor("Random.normal", shape));
    return tf.tensor(values, [...shape] as tf.ShapeMap[R], "float32");
  }

  uniform<R extends tf.Rank = tf.Rank>(shape: readonly number[], low = 0, high = 1): tf.Tensor<R> {
    const values = this.fillUniform(roomFor("Random.uniform", shape), low, high);
    return tf.tensor(values, [...shape] as tf.ShapeMap[R], "float32");
  }
}

/**
 * The root stream of a seed.
 *
 * @param seed - An integer from 0 to 2⁵³ − 1.
 * @throws ConfigError when the seed is no such integer.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * const noise = random(7).stream("noise").normal([2, 3]);
 * ```
 */
export function random(seed: number): Random {
  return new Random(check("random").integer("seed", seed, { min: 0 }));
}

/** Values of one draw: 4 GiB, which is what WebAssembly can address. */
const MOST_VALUES = 2 ** 30;

/** Room for the values of a shape in the host's memory. */
function roomFor(owner: string, shape: readonly number[]): Float32Array<ArrayBuffer> {
  const fits = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  check(owner).that("shape", shape, fits, "a shape such as [2, 3]");
  const refuse = (cause?: unknown): never => {
    throw new OutOfMemoryError(
      `${owner}: no room for [${shape.join(", ")}], expected at most ${MOST_VALUES} values; draw fewer at a time, in chunks.`,
      { cause },
    );
  };
  if (sizeOf(shape) > MOST_VALUES) refuse();
  try {
    return new Float32Array(sizeOf(shape));
  } catch (cause) {
    return refuse(cause);
  }
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
