import * as tf from "@tensorflow/tfjs";
import { check } from "./check.js";
import { OutOfMemoryError } from "./errors.js";
import { sizeOf } from "./ops/size-of.js";
import { integer, number } from "./options/numbers.js";
import { optional } from "./options/option.js";
import { resolveOptions } from "./options/resolve.js";
import { choice, text } from "./options/words.js";
import { type Random, random } from "./random/random.js";

type Initializer = ReturnType<typeof tf.initializers.zeros>;

// tfjs does not export the base class that its layers ask for with `instanceof`.
const BaseInitializer = Object.getPrototypeOf(tf.initializers.zeros().constructor) as new () => Initializer;

/** How weights start: the scale that suits the activation behind them. */
export type InitializerKind = "glorotUniform" | "glorotNormal" | "heUniform" | "heNormal" | "normal" | "orthogonal";

const KINDS: readonly InitializerKind[] = [
  "glorotUniform",
  "glorotNormal",
  "heUniform",
  "heNormal",
  "normal",
  "orthogonal",
];

const OPTIONS = {
  kind: optional(choice(KINDS)),
  seed: integer({ min: 0 }),
  stream: text(),
  scale: optional(number({ above: 0 })),
};

/** Options of {@link seededInitializer}. */
export interface SeededInitializerOptions {
  /** Default `glorotUniform`, for tanh, sigmoid and linear layers; `heNormal` suits ReLU; `orthogonal` recurrent kernels. */
  readonly kind?: InitializerKind;
  /** The run's seed. */
  readonly seed: number;
  /** Names the weight, so that each has its own numbers: `encoder/hidden1/kernel`. */
  readonly stream: string;
  /** Standard deviation of `normal` (default 0.02, DCGAN's) and gain of `orthogonal` (default 1). */
  readonly scale?: number;
}

/** Values of one weight: 1 GiB, which with its gradient and two moments is all that WebAssembly can address. */
const MOST_VALUES = 2 ** 28;

/** The initialiser behind {@link seededInitializer}; a class because tfjs serialises by class name. */
export class SeededInitializer extends BaseInitializer {
  /** Name in saved networks. */
  static readonly className = "LatentKitSeededInitializer";
  readonly #options: Required<SeededInitializerOptions>;

  constructor(options: SeededInitializerOptions) {
    super();
    const kind = options.kind ?? "glorotUniform";
    check("seededInitializer").oneOf("kind", kind, KINDS);
    const scale = options.scale ?? (kind === "normal" ? 0.02 : 1);
    check("seededInitializer").number("scale", scale, { above: 0 });
    this.#options = { kind, scale, seed: options.seed, stream: options.stream };
    random(options.seed);
  }

  /** The initial values; called by the layer when it is built. */
  override apply(shape: tf.Shape, dtype?: tf.DataType): tf.Tensor {
    const sizes = shape.map((size) => size ?? 1);
    if (sizeOf(sizes) > MOST_VALUES) {
      throw new OutOfMemoryError(
        `seededInitializer: no room for ${this.#options.stream} of [${sizes.join(", ")}], expected at most ${MOST_VALUES} values; take fewer units.`,
      );
    }
    const values = initialValues(sizes, this.#options);
    return tf.tensor(values, sizes, dtype ?? "float32");
  }

  /** What a saved network needs to build this again. */
  override getConfig(): tf.serialization.ConfigDict {
    return { ...this.#options };
  }
}
tf.serialization.registerClass(
  SeededInitializer as unknown as tf.serialization.SerializableConstructor<tf.serialization.Serializable>,
);

/**
 * An initialiser for `tf.layers` whose weights depend on the seed and the stream's name alone: the same on every backend.
 *
 * Source: glorot — Glorot and Bengio 2010, equation 16; he — He et al. 2015, equation 10; orthogonal — Saxe et al. 2014.
 *
 * @throws ConfigError for an unknown kind, a scale ≤ 0 or a bad seed; OutOfMemoryError, when a layer is built, for a weight of more than
 *   2²⁸ values.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { seededInitializer } from "@latentkit/core";
 * const layer = tf.layers.dense({ units: 4, kernelInitializer: seededInitializer({ seed: 1, stream: "head/kernel" }) });
 * ```
 */
export function seededInitializer(options: SeededInitializerOptions): SeededInitializer {
  return new SeededInitializer(resolveOptions("seededInitializer", OPTIONS, options));
}

function initialValues(shape: readonly number[], options: Required<SeededInitializerOptions>): Float32Array {
  const { kind, scale, seed, stream } = options;
  const source = random(seed).stream("weights").stream(stream);
  const { fanIn, fanOut, size } = fans(shape);
  const normal = (deviation: number) => source.fillNormal(new Float32Array(size)).map((value) => value * deviation);
  const uniform = (limit: number) => source.fillUniform(new Float32Array(size), -limit, limit);
  switch (kind) {
    case "glorotUniform":
      return uniform(Math.sqrt(6 / (fanIn + fanOut)));
    case "glorotNormal":
      return normal(Math.sqrt(2 / (fanIn + fanOut)));
    case "heUniform":
      return uniform(Math.sqrt(6 / fanIn));
    case "heNormal":
      return normal(Math.sqrt(2 / fanIn));
    case "normal":
      return normal(scale);
    case "orthogonal":
      return orthogonal(shape, source, scale);
  }
}

/** Inputs and outputs of one unit; a kernel's spatial sizes count into both, and a vector's length is both. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number; size: number } {
  const size = sizeOf(shape);
  const outputs = shape.at(-1) ?? 1;
  const inputs = shape.at(-2);
  if (inputs === undefined) return { fanIn: outputs, fanOut: outputs, size };
  const receptive = sizeOf(shape.slice(0, -2));
  return { fanIn: inputs * receptive, fanOut: outputs * receptive, size };
}

/** Orthonormal rows or columns, whichever are fewer, by modified Gram–Schmidt in double precision. */
function orthogonal(shape: readonly number[], source: Random, gain: number): Float32Array {
  const columns = shape.at(-1) ?? 1;
  const rows = sizeOf(shape.slice(0, -1));
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const vector = Float64Array.from(source.fillNormal(new Float32Array(length)));
    for (const other of vectors) {
      const overlap = vector.reduce((sum, value, k) => sum + value * other[k]!, 0);
      for (let k = 0; k < length; k++) vector[k]! -= overlap * other[k]!;
    }
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    vectors.push(vector.map((value) => value / norm));
  }
  const out = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++)
      out[r * columns + c] = gain * (rows < columns ? vectors[r]![c]! : vectors[c]![r]!);
  }
  return out;
}
