import { random } from "@latentkit/core";
import { check, choice, integer, listOf, optional, resolveOptions } from "@latentkit/core/authoring";
import type { ArrayDataset } from "../array-dataset.js";
import type { ImageBatch, ImageInfo } from "../image-batch.js";
import { DRAWS, record } from "../internal/options.js";
import { storeImages } from "../internal/store-images.js";
import { GLYPH_SIZE, type GlyphVariation, writeGlyph } from "./glyph-pen.js";

/** Options of {@link glyphs}. */
export interface GlyphsOptions {
  /** Images. Default 10,000. */
  readonly count?: number;
  /** Default 0. */
  readonly seed?: number;
  /** The training images (default), or test images drawn apart from them. */
  readonly split?: "train" | "test";
  /** Digits to draw, each as often. Default all ten. */
  readonly digits?: readonly number[];
  /** Amounts of variation, 0 for none. Default 1 each. */
  readonly variation?: Partial<GlyphVariation>;
}

const PIXELS = GLYPH_SIZE * GLYPH_SIZE;

const OPTIONS = {
  ...DRAWS,
  split: choice(["train", "test"], { default: "train" }),
  digits: listOf(integer({ min: 0, max: 9 }), { minLength: 1, default: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] }),
  variation: optional(record<Partial<GlyphVariation>>("amounts of variation, such as { slant: 1 }")),
};

/**
 * Digits written by a simulated pen in several handwritings, with random slant, thickness, scale, rotation and jitter:
 * images like MNIST's without a download.
 *
 * The i-th image depends on the seed, the split and i alone, so that a larger `count` begins with the same images.
 *
 * **Shapes** `x` float32 `[batch, 28, 28, 1]` in [0, 1], 0 the background; `label` int32 `[batch]`.
 *
 * @throws ConfigError when an option cannot work.
 * @example
 * ```ts
 * import { glyphs } from "@latentkit/data";
 * const train = glyphs({ count: 1000, seed: 7 });
 * const test = glyphs({ count: 100, seed: 7, split: "test" });
 * ```
 */
export function glyphs(options: GlyphsOptions = {}): ArrayDataset<ImageBatch, ImageInfo> {
  const { count, seed, split, digits, variation: amounts } = resolveOptions("glyphs", OPTIONS, options);
  const variation = { slant: 1, thickness: 1, scale: 1, rotation: 1, jitter: 1, ...amounts };
  check("glyphs").known(variation, ["slant", "thickness", "scale", "rotation", "jitter"]);
  for (const [name, amount] of Object.entries(variation))
    check("glyphs").number(`variation.${name}`, amount, { min: 0, max: 3 });

  const stream = random(seed).stream(`glyphs ${split}`);
  const pens = stream.stream("pen");
  const choices = stream.stream("digit");
  const x = new Uint8Array(count * PIXELS);
  const label = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    label[i] = digits[choices.at(i).integer(digits.length)]!;
    writeGlyph(x.subarray(i * PIXELS, (i + 1) * PIXELS), label[i]!, pens.at(i), variation);
  }
  const classNames = Array.from({ length: 10 }, (_, digit) => `${digit}`);
  return storeImages("glyphs", x, [GLYPH_SIZE, GLYPH_SIZE, 1], label, { classNames });
}
