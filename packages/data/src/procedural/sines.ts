import { check, random } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "../array-dataset.js";
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
  /** Sequences; 1,000 unless given. */
  readonly count?: number;
  /** 0 unless given. */
  readonly seed?: number;
  /** Steps in the longest sequence; 24 unless given. */
  readonly steps?: number;
  /** Steps in the shortest sequence; `steps`, so that all have one length, unless given. */
  readonly minSteps?: number;
  /** Numbers at each step, each a wave of its own; 1 unless given. */
  readonly features?: number;
  /** [0.5, 1] unless given. */
  readonly amplitude?: SinesRange;
  /** Cycles a step; [0.02, 0.1] unless given. */
  readonly frequency?: SinesRange;
  /** Standard deviation of noise at each step; 0 unless given. */
  readonly noise?: number;
}

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
  const { count = 1000, seed = 0, steps = 24, features = 1, noise = 0 } = options;
  const { minSteps = steps, amplitude = [0.5, 1], frequency = [0.02, 0.1] } = options;
  const checker = check("sines");
  checker.known(options, ["count", "seed", "steps", "minSteps", "features", "amplitude", "frequency", "noise"]);
  checker.integer("count", count, { min: 1 });
  checker.integer("seed", seed, { min: 0 });
  checker.integer("steps", steps, { min: 1 });
  checker.integer("minSteps", minSteps, { min: 1, max: steps });
  checker.integer("features", features, { min: 1 });
  checker.number("noise", noise, { min: 0 });
  for (const [name, range] of Object.entries({ amplitude, frequency })) {
    checker.that(name, range, range.length === 2, "a pair [low, high]");
    checker.number(`${name}[0]`, range[0]);
    checker.number(`${name}[1]`, range[1], { min: range[0] });
  }
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
