import { check, optional, resolveOptions, text } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import type { ArrayDataset } from "./array-dataset.js";
import { keptBytes } from "./drawn/kept-bytes.js";
import type { ImageBatch, ImageInfo } from "./image-batch.js";
import { loadDecoder } from "./images/decoders.js";
import { gather, refusal, type Unread } from "./images/gather.js";
import { IMAGE_OPTIONS, type ImageFilesOptions } from "./images/options.js";
import { pack, unpack } from "./images/pack.js";
import { findPictures } from "./internal/find-pictures.js";
import { storeImages } from "./internal/store-images.js";

/** Options of {@link imageFolder}. */
export interface ImageFolderOptions extends ImageFilesOptions {
  /**
   * Folder to keep the finished bytes in: a later run with the same files and options reads them, and decodes nothing. Default
   * none. `cacheFolder()` of `@latentkit/core/files` is the one that downloads are kept in.
   */
  readonly cache?: string;
}

/** What is known of a folder of pictures. */
export interface ImageFolderInfo extends ImageInfo {
  /** Why each picture that was left out could not be read, one message each; empty unless `skipUnreadable` is on. */
  readonly skipped: readonly string[];
}

const OPTIONS = { ...IMAGE_OPTIONS, cache: optional(text()) };

/**
 * A folder of pictures, for Node.js: PNG of every kind, and with the optional package `sharp` JPEG, WebP and GIF (its first frame);
 * `jpeg-js` reads JPEG too, slowly. The pictures in each subfolder, and below it, are a class of the subfolder's name; a subfolder
 * without pictures is a class too. Pictures in the folder itself, without subfolders, are one class named ".".
 *
 * Pictures are turned as their camera was held (Exif), several are decoded at a time, and only the finished bytes are kept in memory.
 * Scaling filters like PyTorch's antialiased bilinear `interpolate`, and like Pillow. What cannot be read ends reading with its
 * name unless `skipUnreadable` says to go on without it.
 *
 * **Shapes** `x` float32 `[batch, height, width, channels]` in [0, 1]; `label` int32 `[batch]`, the place of the class
 * in `info.classNames`.
 *
 * @throws DataError when there is no picture, one cannot be read, or sizes differ; ConfigError when an option cannot work;
 *   UnsupportedError in a browser, and for a format whose package is not installed.
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
  const owner = "imageFolder";
  check(owner).that("folder", folder, typeof folder === "string" && folder !== "", "the path of a folder");
  const { signal, cache, ...settings } = resolveOptions(owner, OPTIONS, options);
  const { entries, classNames, unreadable } = await findPictures(folder, settings.classNames);
  const named = unreadable.map((path) => `${path}: expected a PNG, JPEG, WebP or GIF file; convert it, or remove it.`);
  if (named.length > 0 && !settings.skipUnreadable) throw refusal(owner, named);
  const decoder = await loadDecoder(owner, settings.maxPixels);
  const pictures = entries.map(
    ({ path, label }): Unread => ({
      name: path,
      label,
      read: async () => decoder.decode(`${owner}: ${path}`, await files.readBytes(path)),
    }),
  );
  const read = () => gather(owner, pictures, { ...settings, ...(signal && { signal }) }, named);
  const store = async () => {
    if (cache === undefined) return read();
    const stamps: string[] = [];
    for (const { path, label } of entries) stamps.push(`${label} ${path} ${await files.stamp(path)}`);
    const key = [decoder.name, settings, classNames, named, stamps];
    return unpack(await keptBytes({ owner, cache, folder: "image-folders", key }, async () => pack(await read())));
  };
  const { x, shape, labels, skipped } = await store();
  return storeImages(owner, x, shape, Int32Array.from(labels), { classNames, skipped });
}
