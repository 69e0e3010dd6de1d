import { DataError } from "@latentkit/core";
import type { ArrayDataset } from "../array-dataset.js";
import type { ImageBatch, ImageInfo } from "../image-batch.js";
import { storeImages } from "../internal/store-images.js";
import { parseIdx } from "./parse-idx.js";

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
  return storeImages(owner, images.values, shape, labels.values, { classNames: names });
}
