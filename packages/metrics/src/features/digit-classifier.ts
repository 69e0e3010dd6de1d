import { type Classifies, DataError } from "@latentkit/core";
import { decodeNetworks, sha256 } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import * as tf from "@tensorflow/tfjs";
import { DIGIT_CLASSIFIER_SHA256, digitClassifierUrl } from "../digit-classifier-file.js";

/** A small network that knows digits: what FID and its kin look through for 28×28 greys. */
export interface DigitClassifier extends Classifies {
  /** The hidden layer before the logits: `[batch, 28, 28, 1]` in [0, 1] → `[batch, 64]`. */
  features(x: tf.Tensor): tf.Tensor2D;
  /** The network: an image in, features and logits out. */
  readonly network: tf.LayersModel;
  /** SHA-256 of the weight file, to name beside results: another extractor gives other numbers. */
  readonly checksum: string;
}

let loaded: Promise<DigitClassifier> | undefined;

/**
 * The project's classifier of handwritten digits, trained on MNIST's 60,000 training images by
 * `examples/digit-classifier`; the package's page on sample quality states its accuracy on the 10,000 test images. Loaded
 * once, checked against its SHA-256, and kept for the life of the process.
 *
 * **Shapes**: images `[batch, 28, 28, 1]` in [0, 1] → logits `[batch, 10]`, features `[batch, 64]`.
 *
 * @throws DataError when the file is missing or is not the published one.
 * @example
 * ```ts
 * import { digitClassifier } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const classifier = await digitClassifier();
 * classifier.features(tf.zeros([2, 28, 28, 1])); // [2, 64]
 * ```
 */
export function digitClassifier(): Promise<DigitClassifier> {
  loaded ??= load().catch((error: unknown) => {
    // A failed download may be tried again.
    loaded = undefined;
    throw error;
  });
  return loaded;
}

async function load(): Promise<DigitClassifier> {
  const bytes = await files.readBytes(digitClassifierUrl.href);
  const checksum = await sha256(bytes);
  if (checksum !== DIGIT_CLASSIFIER_SHA256) {
    throw new DataError(
      `digitClassifier: expected ${digitClassifierUrl.href} to have SHA-256 ${DIGIT_CLASSIFIER_SHA256}, received ${checksum}; install the package again.`,
    );
  }
  const { networks } = await decodeNetworks(bytes, digitClassifierUrl.href);
  const network = networks.classifier;
  if (network === undefined) throw new DataError("digitClassifier: the file holds no network 'classifier'.");
  const run = (x: tf.Tensor, output: number) =>
    tf.tidy(() => (network.predict(x) as tf.Tensor[])[output] as tf.Tensor2D);
  return { network, classes: 10, checksum, features: (x) => run(x, 0), classify: (x) => run(x, 1) };
}
