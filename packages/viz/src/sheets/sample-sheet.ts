import { type Compile, type GivenLike, random, type Samples } from "@latentkit/core";
import { integer, optional, resolveOptions } from "@latentkit/core/authoring";
import { checkModel } from "../internal/images.js";
import { layOut } from "../internal/lay-out.js";
import { looks } from "../internal/looks.js";
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
  const images = await looks(model, compile).sample({ count, random: noise, ...(given && { given }) });
  try {
    return await layOut("sampleSheet", images, grid);
  } finally {
    images.dispose();
  }
}
