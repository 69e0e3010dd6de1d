import type { ArrayDataset } from "./array-dataset.js";
import { FASHION_MNIST } from "./idx/catalogue.js";
import { load } from "./idx/load.js";
import type { MnistOptions } from "./idx/options.js";
import type { ImageBatch, ImageInfo } from "./image-batch.js";

/**
 * Fashion-MNIST: pictures of clothes, 28×28 grey, in ten classes named by `info.classNames`.
 *
 * Options, shapes and errors are those of {@link mnist}; the folder looked in is `fashion-mnist`.
 *
 * **Source** Xiao, Rasul and Vollgraf, "Fashion-MNIST", 2017. https://arxiv.org/abs/1708.07747
 *
 * @throws DataError when a file is nowhere to be had, or damaged; the message says what to do.
 * @example
 * ```ts no-run
 * import { fashionMnist } from "@latentkit/data";
 * const test = await fashionMnist({ split: "test" });
 * console.log(test.info.classNames[9]); // Ankle boot
 * ```
 */
export function fashionMnist(options: MnistOptions = {}): Promise<ArrayDataset<ImageBatch, ImageInfo>> {
  return load(FASHION_MNIST, options);
}
