import {
  defineValue,
  oneHot,
  sizeOf,
  sizes,
  smoothTanh,
  stopGradient,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkCodes, namer, rowsOf } from "./codebook.js";
import type { Codebook, Quantizer } from "./quantizer.js";
import { countsOf, healthOf, movedUsage, perplexityOf, usedOf } from "./statistics.js";
import { straightThrough } from "./straight-through.js";

/** Options of {@link finiteScalarQuantizer}. */
export interface FiniteScalarQuantizerOptions {
  /** Values that each channel is rounded to, 2 or more each: the encoder has as many channels. Default `[8, 5, 5, 5]`, 1,000 codes. */
  readonly levels?: readonly number[];
}

/** Lets the outermost levels be reached: without it only infinite numbers would come to them. */
const MARGIN = 1e-3;

/**
 * Finite scalar quantisation: each channel is bounded and rounded to a few values, and the codes are all combinations of them. There
 * is no table to learn, hence none that collapses, and no loss beside the model's.
 *
 *     zᵢ ↦ round(h·tanh(zᵢ + s) − o),   h = (Lᵢ − 1)/2·(1 + 10⁻³),   o = ½ for even Lᵢ, else 0,   s = artanh(o/h), 0 for two levels,
 *
 * divided by ⌊Lᵢ/2⌋, so that vectors lie within ±1. Rounding passes gradients straight through. Logs `perplexity` and `used`.
 *
 * **Shapes**: `[batch, …, levels.length]` → codes `[batch, …, 1]`, in the mixed base of `levels`, the first channel's digit lowest.
 *
 * **Source**: Mentzer, Minnen, Agustsson and Tschannen, "Finite Scalar Quantization: VQ-VAE Made Simple", 2023, section 3 and
 * appendix A.1. https://arxiv.org/abs/2309.15505
 *
 * @throws ConfigError for misspelt or impossible options.
 * @example
 * ```ts
 * import { finiteScalarQuantizer } from "@latentkit/losses";
 * const quantizer = finiteScalarQuantizer({ levels: [8, 6, 5] }); // 240 codes of vectors with 3 channels
 * ```
 */
export const finiteScalarQuantizer: ValueFactoryOf<FiniteScalarQuantizerOptions, Quantizer> = defineValue(
  "finiteScalarQuantizer",
  {
    levels: {
      ...sizes({ default: [8, 5, 5, 5] }),
      expected: "a list of integers ≥ 2 whose product is at most 65,536, such as [8, 5, 5, 5]",
      accepts: areLevels,
    },
  },
  ({ levels }): Quantizer => {
    const quantizer: Quantizer = {
      name: "finiteScalarQuantizer",
      ...{ codeCount: sizeOf(levels), codesPerVector: 1, dim: levels.length },
      create: (prefix = "") => grid(quantizer, levels, prefix),
      toJSON: () => undefined,
    };
    return quantizer;
  },
);

function areLevels(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every((level) => Number.isSafeInteger(level) && level >= 2) && sizeOf(value as number[]) <= 65_536;
}

function grid(quantizer: Quantizer, levels: readonly number[], prefix: string): Codebook {
  const count = quantizer.codeCount;
  const row = (value: (level: number, i: number) => number): tf.Tensor => tf.tensor2d([levels.map(value)]);
  const halves = levels.map((level) => ((level - 1) / 2) * (1 + MARGIN));
  const offsets = levels.map((level) => (level % 2 === 0 ? 0.5 : 0));
  const half = (level: number): number => Math.floor(level / 2);
  /** What a digit of a code number counts. */
  const places = levels.map((_, i) => sizeOf(levels.slice(0, i)));
  const usage = tf.tidy(() => tf.variable(tf.zeros([count]), false));
  const digits = (codes: tf.Tensor): tf.Tensor => {
    // Halves keep quotients away from whole numbers, where rounding could go either way.
    const shifted = tf.floor(
      tf.div(
        tf.add(codes, 0.5),
        row((_, i) => places[i]!),
      ),
    );
    const above = tf.floor(
      tf.div(
        tf.add(codes, 0.5),
        row((level, i) => places[i]! * level),
      ),
    );
    return tf.sub(
      shifted,
      tf.mul(
        above,
        row((level) => level),
      ),
    );
  };
  return {
    quantizer,
    state: { [namer(prefix)("usage")]: usage },
    networks: {},
    health: () => healthOf([usage]),
    quantize(vectors, step) {
      const rows = rowsOf(quantizer, vectors);
      const shifts = row((level, i) => (level === 2 ? 0 : Math.atanh(offsets[i]! / halves[i]!)));
      const bounded = tf.sub(
        tf.mul(
          smoothTanh(tf.add(rows, shifts)),
          row((_, i) => halves[i]!),
        ),
        row((_, i) => offsets[i]!),
      );
      const rounded = tf.round(stopGradient(bounded));
      const through = straightThrough(bounded, rounded);
      const numbers = tf.sum(
        tf.mul(
          tf.add(rounded, row(half)),
          row((_, i) => places[i]!),
        ),
        1,
      );
      const codes = tf.cast(numbers, "int32");
      const chosen = countsOf(oneHot(codes, count));
      if (step?.training) usage.assign(movedUsage(usage, chosen));
      return {
        vectors: tf.reshape(tf.div(through, row(half)), vectors.shape),
        codes: tf.reshape(codes, [...vectors.shape.slice(0, -1), 1]),
        parts: { perplexity: perplexityOf(chosen), used: usedOf(usage) },
      };
    },
    embed(codes) {
      checkCodes(quantizer, codes);
      const rows = digits(tf.reshape(tf.cast(codes, "float32"), [-1, 1]));
      return tf.reshape(tf.div(tf.sub(rows, row(half)), row(half)), [...codes.shape.slice(0, -1), levels.length]);
    },
  };
}
