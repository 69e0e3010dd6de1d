import { DataError } from "@latentkit/core";
import {
  check,
  choice,
  flag,
  integer,
  listOf,
  number,
  optional,
  resolveOptions,
  text,
} from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import { type DecodedPicture, MAX_PIXELS, readPng } from "@latentkit/core/pictures";
import type { ArrayDataset } from "./array-dataset.js";
import type { ImageBatch, ImageInfo } from "./image-batch.js";
import { withChannels } from "./images/picture.js";
import { cropTo, resize } from "./images/resize.js";
import { type Entry, findPictures } from "./internal/find-pictures.js";
import { abortSignal, channelCount, sizePair } from "./internal/options.js";
import { storeImages } from "./internal/store-images.js";

/** Options of {@link imageFolder}. */
export interface ImageFolderOptions {
  /** `[height, width]` to bring every picture to; without it all must have one size. */
  readonly resize?: readonly [height: number, width: number];
  /** How another aspect ratio is met: `cover` (default) cuts the sides off, `stretch` distorts. */
  readonly fit?: "cover" | "stretch";
  /** 1 for grey, 3 for colour, 4 with alpha. Default 1 when all pictures are grey and 3 otherwise. */
  readonly channels?: 1 | 3 | 4;
  /** Grey value, from 0 to 255, behind transparent pixels. Default 0, black. */
  readonly background?: number;
  /** The classes in the order of their numbers, such as `train.info.classNames`. Default the subfolders' names, sorted. */
  readonly classNames?: readonly string[];
  /** Leave out pictures that cannot be read — damaged, in other formats, no files — and list them in `info.skipped`. Default off. */
  readonly skipUnreadable?: boolean;
  /** Most pixels that a picture may have before it is resized. Default 2²⁶, such as 8192 × 8192. */
  readonly maxPixels?: number;
  /** Ends reading, between two pictures. */
  readonly signal?: AbortSignal;
}

/** What is known of a folder of pictures. */
export interface ImageFolderInfo extends ImageInfo {
  /** Why each picture that was left out could not be read, one message each; empty unless `skipUnreadable` is on. */
  readonly skipped: readonly string[];
}

const OPTIONS = {
  resize: optional(sizePair),
  fit: choice(["cover", "stretch"], { default: "cover" }),
  channels: optional(channelCount),
  background: number({ min: 0, max: 255, default: 0 }),
  classNames: optional(listOf(text(), { minLength: 1 })),
  skipUnreadable: flag({ default: false }),
  maxPixels: integer({ min: 1, default: MAX_PIXELS }),
  signal: optional(abortSignal),
};

/**
 * A folder of PNG files, for Node.js: the pictures in each subfolder, and below it, are a class of the subfolder's name; a subfolder
 * without pictures is a class too. Pictures in the folder itself, without subfolders, are one class named ".".
 *
 * Pictures are kept as bytes in memory. Scaling filters like PyTorch's antialiased bilinear `interpolate`. A picture in another
 * format, or a damaged one, ends reading with its name unless `skipUnreadable` says to go on without it.
 *
 * **Shapes** `x` float32 `[batch, height, width, channels]` in [0, 1]; `label` int32 `[batch]`, the place of the class
 * in `info.classNames`.
 *
 * @throws DataError when there is no PNG, one cannot be read, or sizes differ; ConfigError when an option cannot work;
 *   UnsupportedError in a browser.
 * @example
 * ```ts no-run
 * import { imageFolder } from "@latentkit/data";
 * const train = await imageFolder("pictures/train", { resize: [64, 64] });
 * const test = await imageFolder("pictures/test", { resize: [64, 64], classNames: train.info.classNames });
 * console.log(train.size, test.size, train.info.classNames);
 * ```
 */
export async function imageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<ArrayDataset<ImageBatch, ImageFolderInfo>> {
  check("imageFolder").that("folder", folder, typeof folder === "string" && folder !== "", "the path of a folder");
  const settings = resolveOptions("imageFolder", OPTIONS, options);
  const { channels, background, skipUnreadable, signal } = settings;
  const { entries, classNames, unreadable } = await findPictures(folder, settings.classNames);
  const skipped = unreadable.map((path) => `${path}: expected a PNG file; convert it, or remove it.`);
  if (skipped.length > 0 && !skipUnreadable) throw refusal(skipped);
  const pictures: DecodedPicture[] = [];
  const labels: number[] = [];
  let first: Entry | undefined;
  for (const entry of entries) {
    signal?.throwIfAborted();
    const decoded = await attempt(() => read(entry.path, settings), skipUnreadable ? skipped : undefined);
    if (decoded === undefined) continue;
    first ??= entry;
    refuseOtherSize(first, pictures[0] ?? decoded, entry, decoded);
    pictures.push(decoded);
    labels.push(entry.label);
  }
  if (pictures.length === 0) throw refusal(skipped);
  const depth = channels ?? (pictures.every((picture) => picture.channels === 1) ? 1 : 3);
  const { width, height } = pictures[0]!;
  const x = new Uint8Array(pictures.length * height * width * depth);
  pictures.forEach((picture, i) => {
    x.set(withChannels(picture, depth, background).data, i * height * width * depth);
  });
  return storeImages("imageFolder", x, [height, width, depth], Int32Array.from(labels), { classNames, skipped });
}

/** One picture as the dataset keeps it. */
async function read(
  path: string,
  settings: Pick<ImageFolderOptions, "resize" | "fit" | "channels"> & { background: number; maxPixels: number },
): Promise<DecodedPicture> {
  const decoded = readPng(`imageFolder: ${path}`, await files.readBytes(path), { maxPixels: settings.maxPixels });
  const picture = withChannels(decoded, settings.channels ?? (decoded.channels < 3 ? 1 : 3), settings.background);
  if (settings.resize === undefined) return picture;
  const [height, width] = settings.resize;
  return resize(settings.fit === "cover" ? cropTo(picture, height, width) : picture, height, width);
}

/** What an action gives; with a list for them, a DataError becomes a line there and nothing comes. */
async function attempt<T>(action: () => Promise<T>, skipped: string[] | undefined): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (skipped === undefined || !(error instanceof DataError)) throw error;
    skipped.push(error.message);
    return undefined;
  }
}

function refusal(messages: readonly string[]): DataError {
  const shown = messages.slice(0, 5).join("\n");
  const more = messages.length > 5 ? `\nand ${messages.length - 5} more` : "";
  return new DataError(
    `imageFolder: expected PNG files only, received ${messages.length} pictures that cannot be read; convert them, or pass skipUnreadable: true to go on without them.\n${shown}${more}`,
  );
}

function refuseOtherSize(first: Entry, like: DecodedPicture, entry: Entry, picture: DecodedPicture): void {
  if (picture.width === like.width && picture.height === like.height) return;
  throw new DataError(
    `imageFolder: expected all pictures to have one size, received ${like.height}×${like.width} for ${first.path} and ${picture.height}×${picture.width} for ${entry.path}; pass resize: [height, width].`,
  );
}
