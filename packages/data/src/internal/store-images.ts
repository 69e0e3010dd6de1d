import type { ArrayDataset } from "../array-dataset.js";
import type { ImageBatch, ImageInfo } from "../image-batch.js";
import type { StoredValues } from "./field.js";
import { store } from "./store.js";

/** The dataset of labelled images in bytes. */
export function storeImages<I extends ImageInfo>(
  owner: string,
  images: Uint8Array,
  shape: readonly number[],
  labels: StoredValues,
  info: I,
): ArrayDataset<ImageBatch, I> {
  const fields = {
    x: { values: images, shape, dtype: "float32", scale: 1 / 255 },
    label: { values: labels, shape: [], dtype: "int32", scale: 1 },
  } as const;
  return store<ImageBatch, I>(owner, fields, info);
}
