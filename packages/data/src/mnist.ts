import type { ArrayDataset } from "./array-dataset.js";
import { MNIST } from "./idx/catalogue.js";
import { load } from "./idx/load.js";
import type { MnistOptions } from "./idx/options.js";
import type { ImageBatch, ImageInfo } from "./image-batch.js";

/**
 * MNIST: handwritten digits, 28×28 grey.
 *
 * Every file is checked against the SHA-256 of the published one after decompression, wherever it comes from.
 *
 * **Shapes** `x` float32 `[batch, 28, 28, 1]` in [0, 1], 0 the background; `label` int32 `[batch]`.
 *
 * **Source** LeCun, Cortes and Burges, "The MNIST database of handwritten digits". http://yann.lecun.com/exdb/mnist/
 *
 * @throws DataError when a file is nowhere to be had, or damaged; the message says what to do.
 * @example
 * ```ts no-run
 * import { mnist } from "@latentkit/data";
 * const [train, validation] = (await mnist({ split: "train" })).split([0.9, 0.1], 1);
 * const test = await mnist({ split: "test" });
 * ```
 */
export function mnist(options: MnistOptions = {}): Promise<ArrayDataset<ImageBatch, ImageInfo>> {
  return load(MNIST, options);
}
