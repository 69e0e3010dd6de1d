import {
  type Absent,
  type Defaulted,
  instance,
  integer,
  listOf,
  type Option,
  optional,
  withDefault,
} from "@latentkit/core/authoring";
import { valueRange, words } from "../internal/options.js";
import type { Color } from "./picture.js";

/** How images are laid out on a sheet. */
export interface ImageGridOptions {
  /** Images in a row. Default as many as make the sheet about square. */
  readonly columns?: number;
  /** Side of the square that each pixel becomes. Default 2. */
  readonly upscale?: number;
  /** Pixels between images and around the sheet. Default 2. */
  readonly gap?: number;
  /** What shows between images. Default a light grey. */
  readonly background?: Color;
  /** The values that become black and white. Default [0, 1]. [−1, 1] suits a tanh generator. */
  readonly range?: readonly [number, number];
  /** A text under each image. */
  readonly labels?: readonly string[];
  /** A text beside each row. */
  readonly rowLabels?: readonly string[];
  /** A text above each column. */
  readonly columnLabels?: readonly string[];
}

const isByte = (level: unknown): boolean =>
  Number.isInteger(level) && (level as number) >= 0 && (level as number) <= 255;

/** A colour of a sheet. */
export const background: Option<Color, "defaulted"> = withDefault(
  instance<Color>("a grey level or red, green and blue, each a whole number from 0 to 255", (given) =>
    Array.isArray(given) ? given.length === 3 && given.every(isByte) : isByte(given),
  ),
  236,
);

/** The options of {@link ImageGridOptions}, for functions that hand them on. */
export const GRID: Absent<Pick<ImageGridOptions, "columns">> & Defaulted<Omit<ImageGridOptions, "columns">> = {
  columns: optional(integer({ min: 1 })),
  upscale: integer({ min: 1, max: 64, default: 2 }),
  gap: integer({ min: 0, default: 2 }),
  background,
  range: withDefault(valueRange, [0, 1]),
  labels: listOf(words, { default: [] }),
  rowLabels: listOf(words, { default: [] }),
  columnLabels: listOf(words, { default: [] }),
};
