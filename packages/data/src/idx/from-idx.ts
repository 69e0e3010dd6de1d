import { DataError } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import type * as tf from "@tensorflow/tfjs";
import type { ArrayDataset } from "../array-dataset.js";
import { store } from "../internal/store.js";
import { gunzip } from "./gunzip.js";
import { parseIdx } from "./parse-idx.js";

/** Batches of labelled images: `x` float32 `[batch, height, width, channels]` in [0, 1], `label` int32 `[batch]`. */
export type ImageBatch = Readonly<{ x: tf.Tensor4D; label: tf.Tensor1D }>;

/** What is known of a dataset of labelled images. */
export interface ImageInfo {
  /** What each class number stands for. */
  readonly classNames: readonly string[];
}

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
 */
export async function fromIdx(options: FromIdxOptions): Promise<ArrayDataset<ImageBatch, ImageInfo>> {
  const read = async (path: string): Promise<Uint8Array> => gunzip(await files.readBytes(path), path, LARGEST);
  const [images, labels] = await Promise.all([read(options.images), read(options.labels)]);
  return idxDataset("fromIdx", images, labels, options.classNames);
}

/** The dataset of two IDX files' bytes. */
export function idxDataset(
  owner: string,
  imageBytes: Uint8Array,
  labelBytes: Uint8Array,
  classNames?: readonly string[],
): ArrayDataset<ImageBatch, ImageInfo> {
  const images = parseIdx(imageBytes, `${owner}: images`);
  const labels = parseIdx(labelBytes, `${owner}: labels`);
  const [, ...shape] = images.shape;
  if (shape.length === 2) shape.push(1);
  if (shape.length !== 3 || labels.shape.length !== 1) {
    throw new DataError(
      `${owner}: expected images [examples, rows, columns] and labels [examples], received [${images.shape.join(", ")}] and [${labels.shape.join(", ")}]; are the two files exchanged?`,
    );
  }
  const largest = labels.values.reduce((most, label) => Math.max(most, label), 0);
  const names = classNames ?? Array.from({ length: largest + 1 }, (_, label) => `${label}`);
  if (largest >= names.length) {
    throw new DataError(`${owner}: expected labels below ${names.length}, received ${largest}; give all classNames.`);
  }
  const fields = {
    x: { values: images.values, shape, dtype: "float32", scale: 1 / 255 },
    label: { values: labels.values, shape: [], dtype: "int32", scale: 1 },
  } as const;
  return store<ImageBatch, ImageInfo>(owner, fields, { classNames: names });
}
