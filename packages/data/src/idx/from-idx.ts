import { files } from "@latentkit/core/files";
import type { ArrayDataset } from "../array-dataset.js";
import type { ImageBatch, ImageInfo } from "../image-batch.js";
import { gunzip } from "./gunzip.js";
import { idxDataset } from "./idx-dataset.js";

/** Options of {@link fromIdx}. */
export interface FromIdxOptions {
  /** Path or address of the images, gzip or not. */
  readonly images: string;
  /** Path or address of the labels, gzip or not. */
  readonly labels: string;
  /** What each class number stands for; the numbers themselves unless given. */
  readonly classNames?: readonly string[];
}

/** More than any file of this kind; a bound on what decompression may yield. */
const LARGEST = 2 ** 30;

/**
 * A dataset of your own IDX files, such as KMNIST or EMNIST; no digest is checked.
 *
 * **Shapes** images `[examples, rows, columns]` or `[examples, rows, columns, channels]`, labels `[examples]`, bytes.
 *
 * @throws DataError when a file is missing, is no IDX file, is cut off, or the two disagree.
 * @example
 * ```ts no-run
 * import { fromIdx } from "@latentkit/data";
 * const data = await fromIdx({ images: "kmnist/images.gz", labels: "kmnist/labels.gz" });
 * ```
 */
export async function fromIdx(options: FromIdxOptions): Promise<ArrayDataset<ImageBatch, ImageInfo>> {
  const read = async (path: string): Promise<Uint8Array> => gunzip(await files.readBytes(path), path, LARGEST);
  const [images, labels] = await Promise.all([read(options.images), read(options.labels)]);
  return idxDataset("fromIdx", images, labels, options.classNames);
}
