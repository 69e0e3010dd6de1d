import type { ArrayDataset } from "../array-dataset.js";
import type { ImageBatch, ImageInfo } from "../image-batch.js";
import type { StoredValues } from "./field.js";
import { store } from "./store.js";

/** The dataset of labelled images in bytes. */
export function storeImages(
  owner: string,
  images: Uint8Array,
  shape: readonly number[],
  labels: StoredValues,
  classNames: readonly string[],
): ArrayDataset<ImageBatch, ImageInfo> {
  const fields = {
    x: { values: images, shape, dtype: "float32", scale: 1 / 255 },
    label: { values: labels, shape: [], dtype: "int32", scale: 1 },
  } as const;
  return store<ImageBatch, ImageInfo>(owner, fields, { classNames });
}
