import type { ArrayDataset } from "./array-dataset.js";
import { MNIST } from "./idx/catalogue.js";
import { load } from "./idx/load.js";
import type { ImageBatch, ImageInfo } from "./image-batch.js";

/** Options of {@link mnist} and {@link fashionMnist}. */
export interface MnistOptions {
  /** The 60,000 training images, unless given, or the 10,000 test images. */
  readonly split?: "train" | "test";
  /**
   * The only folder to look in: it holds `mnist/train-images-idx3-ubyte.gz` and so on, gzip or not; in a browser an
   * address. Without it: the folder that the environment variable `LATENTKIT_DATA` names, the cache, the mirrors.
   */
  readonly folder?: string;
  /** Folder that downloads are kept in; `latentkit` in the user's cache folder unless given. */
  readonly cache?: string;
  /** Addresses to download from, tried in turn, instead of the known ones. */
  readonly mirrors?: readonly string[];
  /** Milliseconds that one mirror may take for one file before the next is tried; 120,000 unless given. */
  readonly timeLimit?: number;
  /** Ends a download. */
  readonly signal?: AbortSignal;
}

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
