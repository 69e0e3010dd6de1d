import { random } from "@latentkit/core";
import { check, integer, number, numbers, optional, resolveOptions, withDefault } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "../array-dataset.js";
import { DRAWS } from "../internal/options.js";
import { store } from "../internal/store.js";

/** Batches of sequences. */
export type SinesBatch = Readonly<{
  /** float32 `[batch, steps, features]`; 0 after the end of a shorter sequence. */
  x: tf.Tensor3D;
  /** float32 `[batch, steps]`: 1 within the sequence, 0 after its end. */
  mask: tf.Tensor2D;
  /** Steps in each sequence, int32 `[batch]`. */
  length: tf.Tensor1D;
  /** Amplitude, frequency (cycles a step) and phase (radians) of each feature, float32 `[batch, features, 3]`. */
  wave: tf.Tensor3D;
}>;

/** A range that values are drawn from evenly. */
export type SinesRange = readonly [low: number, high: number];

/** Options of {@link sines}. */
export interface SinesOptions {
  /** Sequences. Default 1,000. */
  readonly count?: number;
  /** Default 0. */
  readonly seed?: number;
  /** Steps in the longest sequence. Default 24. */
  readonly steps?: number;
  /** Steps in the shortest sequence. Default `steps`, so that all have one length. */
  readonly minSteps?: number;
  /** Numbers at each step, each a wave of its own. Default 1. */
  readonly features?: number;
  /** Default [0.5, 1]. */
  readonly amplitude?: SinesRange;
  /** Cycles a step. Default [0.02, 0.1]. */
  readonly frequency?: SinesRange;
  /** Standard deviation of noise at each step. Default 0. */
  readonly noise?: number;
}

const range = /* @__PURE__ */ numbers<SinesRange>(
  "a pair [low, high] of rising numbers",
  (given) => Array.isArray(given) && given.length === 2 && given.every(Number.isFinite) && given[0] <= given[1],
);
const OPTIONS = {
  ...DRAWS,
  count: integer({ min: 1, default: 1000 }),
  steps: integer({ min: 1, default: 24 }),
  minSteps: optional(integer({ min: 1 })),
  features: integer({ min: 1, default: 1 }),
  amplitude: withDefault(range, [0.5, 1]),
  frequency: withDefault(range, [0.02, 0.1]),
  noise: number({ min: 0, default: 0 }),
};

/**
 * Sine waves with random amplitude, frequency and phase: sequences whose few true causes are known, of one length or of
 * different lengths.
 *
 * x[t] = amplitude · sin(2π · frequency · t + phase), for each feature apart.
 *
 * **Shapes** `x` float32 `[batch, steps, features]`; `mask` float32 `[batch, steps]`; `length` int32 `[batch]`; `wave`
 * float32 `[batch, features, 3]`.
 *
 * **Source** Yoon, Jarrett and van der Schaar, "Time-series Generative Adversarial Networks", 2019, section 5, where such
 * sines are a test. https://papers.nips.cc/paper/8789
 *
 * @throws ConfigError when an option cannot work.
 * @example
 * ```ts
 * import { sines } from "@latentkit/data";
 * const data = sines({ count: 100, steps: 24, minSteps: 12, features: 2 });
 * console.log(data.fields.x?.shape); // [24, 2]
 * ```
 */
export function sines(options: SinesOptions = {}): ArrayDataset<SinesBatch> {
  const given = resolveOptions("sines", OPTIONS, options);
  const { count, seed, steps, minSteps = steps, features, amplitude, frequency, noise } = given;
  check("sines").integer("minSteps", minSteps, { min: 1, max: steps });
  const stream = random(seed).stream("sines");
  const words = stream.fillWords(new Uint32Array(count));
  const wave = stream.fillUniform(new Float32Array(count * features * 3));
  const x = stream.fillNormal(new Float32Array(count * steps * features));
  const length = Int32Array.from(words, (word) => minSteps + Math.floor((word / 2 ** 32) * (steps - minSteps + 1)));
  const mask = new Uint8Array(count * steps);
  for (let w = 0; w < wave.length; w += 3) {
    wave[w] = amplitude[0] + wave[w]! * (amplitude[1] - amplitude[0]);
    wave[w + 1] = frequency[0] + wave[w + 1]! * (frequency[1] - frequency[0]);
    wave[w + 2]! *= 2 * Math.PI;
  }
  for (let i = 0; i < count; i++) {
    mask.fill(1, i * steps, i * steps + length[i]!);
    for (let step = 0; step < steps; step++) {
      for (let feature = 0; feature < features; feature++) {
        const w = 3 * (i * features + feature);
        const at = (i * steps + step) * features + feature;
        const value = wave[w]! * Math.sin(2 * Math.PI * wave[w + 1]! * step + wave[w + 2]!);
        x[at] = step < length[i]! ? value + noise * x[at]! : 0;
      }
    }
  }
  const fields = {
    x: { values: x, shape: [steps, features], dtype: "float32", scale: 1 },
    mask: { values: mask, shape: [steps], dtype: "float32", scale: 1 },
    length: { values: length, shape: [], dtype: "int32", scale: 1 },
    wave: { values: wave, shape: [features, 3], dtype: "float32", scale: 1 },
  } as const;
  return store<SinesBatch>("sines", fields, undefined);
}
