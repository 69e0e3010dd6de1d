import { DataError } from "@latentkit/core";
import { integer, listOf, optional, resolveOptions, sizeOf, text } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import type { ArrayDataset } from "../array-dataset.js";
import type { ImageBatch, ImageInfo } from "../image-batch.js";
import { abortSignal } from "../internal/options.js";
import { gunzip } from "./gunzip.js";
import { idxDataset } from "./idx-dataset.js";
import { idxShape } from "./parse-idx.js";

/** Options of {@link fromIdx}. */
export interface FromIdxOptions {
  /** Path or address of the images, gzip or not. */
  readonly images: string;
  /** Path or address of the labels, gzip or not. */
  readonly labels: string;
  /** What each class number stands for. Default the numbers themselves. */
  readonly classNames?: readonly string[];
  /** Most bytes of a file, as it is and decompressed. Default 2³⁰, 1 GiB. */
  readonly maxBytes?: number;
  /** Ends a download. */
  readonly signal?: AbortSignal;
}

const OPTIONS = {
  images: text(),
  labels: text(),
  classNames: optional(listOf(text(), { minLength: 1 })),
  maxBytes: integer({ min: 1, default: 2 ** 30 }),
  signal: optional(abortSignal),
};

/**
 * A dataset of your own IDX files, such as KMNIST or EMNIST; no digest is checked.
 *
 * **Shapes** images `[examples, rows, columns]` or `[examples, rows, columns, channels]`, labels `[examples]`, bytes.
 *
 * @throws DataError when a file is missing, is no IDX file, is cut off, is larger than `maxBytes`, or the two disagree.
 * @example
 * ```ts no-run
 * import { fromIdx } from "@latentkit/data";
 * const data = await fromIdx({ images: "kmnist/images.gz", labels: "kmnist/labels.gz" });
 * ```
 */
export async function fromIdx(options: FromIdxOptions): Promise<ArrayDataset<ImageBatch, ImageInfo>> {
  const { images, labels, classNames, maxBytes, signal } = resolveOptions("fromIdx", OPTIONS, options);
  const read = async (path: string): Promise<Uint8Array> => {
    const source = `fromIdx: ${path}`;
    return gunzip(await files.readBytes(path, { maxBytes, signal }), source, (start) => {
      const shape = idxShape(start, source);
      const length = shape && 4 + 4 * shape.length + sizeOf(shape);
      if (length === undefined || length <= maxBytes) return length;
      throw new DataError(
        `${source}: expected at most ${maxBytes} bytes after decompression, received a header that announces ${length}; allow more with \`maxBytes\`.`,
      );
    });
  };
  const [imageBytes, labelBytes] = [await read(images), await read(labels)];
  return idxDataset("fromIdx", imageBytes, labelBytes, classNames);
}
