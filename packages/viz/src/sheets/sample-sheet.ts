import {
  type Batch,
  type Compile,
  type GivenLike,
  type RandomSource,
  random,
  type Samples,
  type StepContext,
} from "@latentkit/core";
import { integer, optional, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { computed } from "../internal/computed.js";
import { checkModel } from "../internal/images.js";
import { layOut } from "../internal/lay-out.js";
import { compileOption, conditionsGiven } from "../internal/options.js";
import { GRID, type ImageGridOptions } from "../picture/grid-options.js";
import type { Picture } from "../picture/picture.js";

/** Options of {@link sampleSheet}. */
export interface SampleSheetOptions extends ImageGridOptions {
  /** Images to draw. Default 64. */
  readonly count?: number;
  /** Seed of the noise. Default 0. The same seed shows the same codes again, whatever the weights have become. */
  readonly seed?: number;
  /** Conditions of a conditional model, one for all images or one for each: `{ label: [0, 1, 2] }`. */
  readonly given?: GivenLike;
  /**
   * A run's `event.compile`, in a callback: from a model's second sheet on they are
   * computed as the run computes its steps, unless the model draws step by step.
   */
  readonly compile?: Compile;
}

/**
 * Models whose `sample` gave a tensor at once, which an executor can compute as one function; those that draw step by step give a
 * promise. Their first sheet tells.
 */
const drawsAtOnce = new WeakSet<object>();

const OPTIONS = {
  ...GRID,
  count: integer({ min: 1, default: 64 }),
  seed: integer({ min: 0, default: 0 }),
  given: optional(conditionsGiven),
  compile: compileOption,
};

/**
 * A sheet of images that a model draws.
 *
 * @throws ConfigError and others as {@link imageGrid} does.
 * @example
 * ```ts
 * import type { SampleOptions, Samples } from "@latentkit/core";
 * import { sampleSheet } from "@latentkit/viz";
 * const noise = { sample: ({ count, random }: SampleOptions) => random!.uniform([count, 8, 8, 1]) };
 * const sheet = await sampleSheet(noise as Samples, { count: 16, seed: 1 });
 * ```
 */
export async function sampleSheet(model: Samples, options: SampleSheetOptions = {}): Promise<Picture> {
  const { count, seed, given, compile, ...grid } = resolveOptions("sampleSheet", OPTIONS, options);
  checkModel("sampleSheet", model, ["sample"]);
  const noise = random(seed).stream("sampleSheet");
  const draws = (source: RandomSource, conditions?: GivenLike) =>
    model.sample({ count, random: source, ...(conditions && { given: conditions }) });
  let images: tf.Tensor;
  if (compile !== undefined && drawsAtOnce.has(model)) {
    const look = (_: Batch, conditions: GivenLike | undefined, step?: StepContext): tf.Tensor =>
      draws(step!.random, conditions) as tf.Tensor;
    images = await computed(`sample ${count}`, model, compile, {}, given, look, noise);
  } else {
    const drawn = draws(noise, given);
    if (drawn instanceof tf.Tensor) drawsAtOnce.add(model);
    images = await drawn;
  }
  try {
    return await layOut("sampleSheet", images, grid);
  } finally {
    images.dispose();
  }
}
