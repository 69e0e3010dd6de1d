import { binarize, mnist } from "@latentkit/data";
import { first } from "@latentkit/example-experiment";
import { digitClassifier } from "@latentkit/metrics";
import * as tf from "@tensorflow/tfjs";

/** MNIST, its values drawn as bits in each pass; what rows are measured on is equal for all of them. */
export async function zooData(options: {
  readonly images: number;
  readonly samples: number;
  readonly importanceSamples: number;
  readonly seed: number;
}) {
  const [all, grey] = await Promise.all([mnist({ split: "train" }), mnist({ split: "test" })]);
  const chosen = first(all, options.images);
  const { features } = await digitClassifier();
  const bits = grey.map(binarize());
  // One label in fifty is known, chosen by the ink of its picture and so the same in each pass.
  const fewLabels = chosen
    .map(({ x, label }) => {
      const known = tf.less(tf.mod(tf.round(tf.mul(tf.sum(x, [1, 2, 3]), 255)), 50), 1);
      return { x, label: tf.where(known, label, tf.fill(label.shape, -1, "int32")) as tf.Tensor1D };
    })
    .map(binarize());
  return {
    ...options,
    fewLabels,
    train: chosen.map(binarize()),
    size: chosen.size,
    grey,
    features,
    test: bits,
    some: bits.take(500),
  };
}

/** What {@link zooData} gives. */
export type ZooData = Awaited<ReturnType<typeof zooData>>;
