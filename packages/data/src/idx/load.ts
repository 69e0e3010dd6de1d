import { check } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import type { ArrayDataset } from "../array-dataset.js";
import type { ImageBatch, ImageInfo } from "../image-batch.js";
import type { MnistOptions } from "../mnist.js";
import type { Catalogue } from "./catalogue.js";
import { idxDataset } from "./idx-dataset.js";
import { obtain } from "./obtain.js";

/** Loads one part of a published dataset. */
export async function load(catalogue: Catalogue, options: MnistOptions): Promise<ArrayDataset<ImageBatch, ImageInfo>> {
  const { split = "train", folder, cache = files.cacheFolder(), mirrors = catalogue.mirrors } = options;
  check(catalogue.owner).known(options, ["split", "folder", "cache", "mirrors"]);
  check(catalogue.owner).oneOf("split", split, ["train", "test"]);
  const part = catalogue.files[split];
  const from = { folder, cache, mirrors };
  const images = await obtain(catalogue, part.images, from);
  const labels = await obtain(catalogue, part.labels, from);
  return idxDataset(catalogue.owner, images, labels, catalogue.classNames);
}
