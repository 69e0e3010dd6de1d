/** One published IDX file. */
export interface CatalogueFile {
  /** Name without `.gz`. */
  readonly name: string;
  /** Length and SHA-256 of the uncompressed file; a gzip wrapper may be written anew. */
  readonly bytes: number;
  readonly sha256: string;
}

/** A published dataset of images and labels. */
export interface Catalogue {
  /** Function that loads it, for messages. */
  readonly owner: string;
  /** Its folder below a data or cache folder. */
  readonly folder: string;
  /** Addresses of folders that hold the gzip files, tried in turn. */
  readonly mirrors: readonly string[];
  readonly classNames: readonly string[];
  readonly files: Readonly<
    Record<"train" | "test", { readonly images: CatalogueFile; readonly labels: CatalogueFile }>
  >;
}

/** MNIST. The digests are those of the files published in 1998. */
export const MNIST: Catalogue = {
  owner: "mnist",
  folder: "mnist",
  mirrors: ["https://storage.googleapis.com/cvdf-datasets/mnist", "https://ossci-datasets.s3.amazonaws.com/mnist"],
  classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  files: /* @__PURE__ */ catalogueFiles(
    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  ),
};

/** Fashion-MNIST. */
export const FASHION_MNIST: Catalogue = {
  owner: "fashionMnist",
  folder: "fashion-mnist",
  mirrors: [
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
  ],
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  files: /* @__PURE__ */ catalogueFiles(
    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
  ),
};

function catalogueFiles(
  trainImages: string,
  trainLabels: string,
  testImages: string,
  testLabels: string,
): Catalogue["files"] {
  const part = (prefix: string, count: number, images: string, labels: string) => ({
    images: { name: `${prefix}-images-idx3-ubyte`, bytes: 16 + count * 28 * 28, sha256: images },
    labels: { name: `${prefix}-labels-idx1-ubyte`, bytes: 8 + count, sha256: labels },
  });
  return {
    train: part("train", 60_000, trainImages, trainLabels),
    test: part("t10k", 10_000, testImages, testLabels),
  };
}
