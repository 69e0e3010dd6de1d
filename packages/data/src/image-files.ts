import { DataError, UnsupportedError } from "@latentkit/core";
import { check, resolveOptions } from "@latentkit/core/authoring";
import type { DecodedPicture } from "@latentkit/core/pictures";
import type { ArrayDataset } from "./array-dataset.js";
import type { ImageBatch } from "./image-batch.js";
import type { ImageFolderInfo } from "./image-folder.js";
import { checkedHeader } from "./images/decoders.js";
import { gather, type Unread } from "./images/gather.js";
import { IMAGE_OPTIONS, type ImageFilesOptions } from "./images/options.js";
import { storeImages } from "./internal/store-images.js";

/**
 * Pictures that a visitor chose or dropped onto a page, decoded by the browser: PNG, JPEG, WebP and the first frame of GIF. With
 * `<input type="file" webkitdirectory multiple>` the folder of each file is its class; files without one are of the class ".".
 *
 * Sizes are read from the files' headers, and checked, before the browser decodes anything. Pictures are turned as their camera was
 * held; all further steps are those of `imageFolder`, to the byte.
 *
 * **Shapes** `x` float32 `[batch, height, width, channels]` in [0, 1]; `label` int32 `[batch]`, the place of the class
 * in `info.classNames`.
 *
 * @throws DataError when there is no picture, one cannot be read, or sizes differ; ConfigError when an option cannot work;
 *   UnsupportedError where there is no `createImageBitmap`, as in Node.js.
 * @example
 * ```ts no-run
 * import { imageFiles } from "@latentkit/data";
 * declare const input: HTMLInputElement;
 * const data = await imageFiles([...input.files!], { resize: [32, 32], channels: 3, skipUnreadable: true });
 * console.log(data.size, data.info.classNames, data.info.skipped);
 * ```
 */
export async function imageFiles(
  given: readonly File[],
  options: ImageFilesOptions = {},
): Promise<ArrayDataset<ImageBatch, ImageFolderInfo>> {
  const owner = "imageFiles";
  const right = Array.isArray(given) && given.every((file) => file instanceof File);
  check(owner).that("files", given, right, "an array of Files, such as [...input.files]");
  const settings = resolveOptions(owner, IMAGE_OPTIONS, options);
  if (typeof createImageBitmap !== "function" || typeof OffscreenCanvas !== "function") {
    throw new UnsupportedError(`${owner}: nothing decodes pictures here; in Node.js use imageFolder.`);
  }
  const classes = given.map((file) => file.webkitRelativePath?.split("/").at(-2) ?? ".");
  const classNames = settings.classNames ?? [...new Set(classes)].sort();
  const pictures = given.map((file, i): Unread => {
    const label = classNames.indexOf(classes[i]!);
    if (label < 0) {
      throw new DataError(
        `${owner}: expected the folders of files to be named ${classNames.join(", ")}, as \`classNames\` says, received ${classes[i]} of ${file.name}.`,
      );
    }
    return { name: file.name, label, read: () => decode(`${owner}: ${file.name}`, file, settings.maxPixels) };
  });
  const { x, shape, labels, skipped } = await gather(owner, pictures, settings, []);
  return storeImages(owner, x, shape, Int32Array.from(labels), { classNames, skipped });
}

/** The pixels of a file, by the browser. */
async function decode(source: string, file: File, maxPixels: number): Promise<DecodedPicture> {
  checkedHeader(source, new Uint8Array(await file.slice(0, HEADER).arrayBuffer()), maxPixels);
  let bitmap: ImageBitmap;
  try {
    // Colours as the file has them, so that transparent ones are not lost to rounding.
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image", premultiplyAlpha: "none" });
  } catch (cause) {
    throw new DataError(
      `${source}: expected a whole picture, received one that the browser cannot decode: ${(cause as Error).message}.`,
      { cause },
    );
  }
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return plain(width, height, context.getImageData(0, 0, width, height).data);
}

/** Bytes that hold a picture's size: a JPEG may have a preview and profiles before it. */
const HEADER = 2 ** 20;

/** A canvas has four channels: without the alpha, and the colours, that a picture does not have. */
function plain(width: number, height: number, data: Uint8ClampedArray): DecodedPicture {
  let [opaque, grey] = [true, true];
  for (let i = 0; i < data.length; i += 4) {
    opaque &&= data[i + 3] === 255;
    grey &&= data[i] === data[i + 1] && data[i] === data[i + 2];
  }
  const keeps = (i: number): boolean => (i % 4 === 3 ? !opaque : !grey || i % 4 === 0);
  const channels = ((grey ? 1 : 3) + (opaque ? 0 : 1)) as 1 | 2 | 3 | 4;
  return { width, height, channels, data: new Uint8Array(data.filter((_, i) => keeps(i))) };
}
