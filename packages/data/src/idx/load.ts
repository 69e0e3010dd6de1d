import { choice, listOf, number, optional, resolveOptions, text } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import type { ArrayDataset } from "../array-dataset.js";
import type { ImageBatch, ImageInfo } from "../image-batch.js";
import { abortSignal } from "../internal/options.js";
import type { Catalogue } from "./catalogue.js";
import { idxDataset } from "./idx-dataset.js";
import { obtain } from "./obtain.js";
import type { MnistOptions } from "./options.js";

const OPTIONS = {
  split: choice(["train", "test"], { default: "train" }),
  folder: optional(text()),
  cache: optional(text()),
  mirrors: optional(listOf(text({ pattern: /^https?:\/\//, expected: "an address, https://…" }))),
  timeLimit: number({ above: 0, default: 120_000 }),
  signal: optional(abortSignal),
};

/** Loads one part of a published dataset. */
export async function load(catalogue: Catalogue, options: MnistOptions): Promise<ArrayDataset<ImageBatch, ImageInfo>> {
  const settings = resolveOptions(catalogue.owner, OPTIONS, options);
  const { split, cache = files.cacheFolder(), mirrors = catalogue.mirrors } = settings;
  const part = catalogue.files[split];
  const from = { ...settings, cache, mirrors };
  const images = await obtain(catalogue, part.images, from);
  const labels = await obtain(catalogue, part.labels, from);
  return idxDataset(catalogue.owner, images, labels, catalogue.classNames);
}
