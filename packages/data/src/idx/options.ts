/** Options of `mnist` and `fashionMnist`. */
export interface MnistOptions {
  /** The 60,000 training images (default), or the 10,000 test images. */
  readonly split?: "train" | "test";
  /**
   * The only folder to look in: it holds `mnist/train-images-idx3-ubyte.gz` and so on, gzip or not; in a browser an
   * address. Without it: the folder that the environment variable `LATENTKIT_DATA` names, the cache, the mirrors.
   */
  readonly folder?: string;
  /** Folder that downloads are kept in. Default `latentkit` in the user's cache folder. */
  readonly cache?: string;
  /** Addresses to download from, tried in turn, instead of the known ones. */
  readonly mirrors?: readonly string[];
  /** Milliseconds that one mirror may take for one file before the next is tried. Default 120,000. */
  readonly timeLimit?: number;
  /** Ends a download. */
  readonly signal?: AbortSignal;
}
