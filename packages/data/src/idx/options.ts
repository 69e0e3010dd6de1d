/** Options of `mnist` and `fashionMnist`. */
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
