import { binarize, mnist } from "@latentkit/data";
import { first } from "@latentkit/example-experiment";
import { digitClassifier } from "@latentkit/metrics";

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
  return {
    ...options,
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
