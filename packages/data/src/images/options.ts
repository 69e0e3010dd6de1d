import { choice, flag, integer, listOf, number, type Option, optional, text } from "@latentkit/core/authoring";
import { MAX_PIXELS } from "@latentkit/core/pictures";
import { abortSignal, channelCount, sizePair } from "../internal/options.js";

/** Options that {@link imageFolder} and {@link imageFiles} have in common. */
export interface ImageFilesOptions {
  /** `[height, width]` to cut out of the middle of every picture before it is resized. Default the whole picture. */
  readonly crop?: readonly [height: number, width: number];
  /** `[height, width]` to bring every picture to; without it all must have one size. */
  readonly resize?: readonly [height: number, width: number];
  /**
   * How another aspect ratio is met: `cover` (default) cuts the sides off, `contain` shows all of it between stripes of the
   * background, `stretch` distorts.
   */
  readonly fit?: "cover" | "contain" | "stretch";
  /** Add the mirror image of each picture, right after it: twice as many examples. Default off. */
  readonly flip?: boolean;
  /** 1 for grey, 3 for colour, 4 with alpha. Default 1 when all pictures are grey and 3 otherwise. */
  readonly channels?: 1 | 3 | 4;
  /** Grey value, from 0 to 255, behind transparent pixels and in stripes. Default 0, black. */
  readonly background?: number;
  /** The classes in the order of their numbers, such as `train.info.classNames`. Default the subfolders' names, sorted. */
  readonly classNames?: readonly string[];
  /** Leave out pictures that cannot be read — damaged, in other formats, no files — and list them in `info.skipped`. Default off. */
  readonly skipUnreadable?: boolean;
  /** Most pixels that a picture may have, by its header, before it is decoded. Default 2²⁶, such as 8192 × 8192. */
  readonly maxPixels?: number;
  /** Ends reading, between two pictures. */
  readonly signal?: AbortSignal;
}

/** The options as they are once defaults are filled in. */
export type ImageSettings = ImageFilesOptions &
  Readonly<{ fit: string; flip: boolean; background: number; skipUnreadable: boolean; maxPixels: number }>;

/** How the common options are checked. */
type Specs = {
  readonly crop: Option<readonly [height: number, width: number], "optional">;
  readonly resize: Option<readonly [height: number, width: number], "optional">;
  readonly fit: Option<"cover" | "contain" | "stretch", "defaulted">;
  readonly flip: Option<boolean, "defaulted">;
  readonly channels: Option<1 | 3 | 4, "optional">;
  readonly background: Option<number, "defaulted">;
  readonly classNames: Option<readonly string[], "optional">;
  readonly skipUnreadable: Option<boolean, "defaulted">;
  readonly maxPixels: Option<number, "defaulted">;
  readonly signal: Option<AbortSignal, "optional">;
};

export const IMAGE_OPTIONS: Specs = {
  crop: optional(sizePair),
  resize: optional(sizePair),
  fit: choice(["cover", "contain", "stretch"], { default: "cover" }),
  flip: flag({ default: false }),
  channels: optional(channelCount),
  background: number({ min: 0, max: 255, default: 0 }),
  classNames: optional(listOf(text(), { minLength: 1 })),
  skipUnreadable: flag({ default: false }),
  maxPixels: integer({ min: 1, default: MAX_PIXELS }),
  signal: optional(abortSignal),
};
