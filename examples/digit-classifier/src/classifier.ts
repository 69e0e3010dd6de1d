import {
  type Classifies,
  type Dataset,
  type LabelledBatch,
  type Model,
  type ModelFactory,
  seededInitializer,
} from "@latentkit/core";
import { applyAll, defineModel, integer } from "@latentkit/core/authoring";
import { differentiableAugmentation } from "@latentkit/gan";
import { categoricalCrossEntropy } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";

/** A network that names digits, and the 64 features it does it by. */
export type Classifier = Model<LabelledBatch> & Classifies & { readonly networks: { classifier: tf.LayersModel } };

/** Two strided convolutions and a hidden layer, plain TensorFlow.js layers throughout. */
function digitNetwork(seed: number): tf.LayersModel {
  const init = (name: string) => seededInitializer({ kind: "heNormal", seed, stream: `${name}/kernel` });
  const conv = (filters: number, name: string) =>
    tf.layers.conv2d({
      filters,
      kernelSize: 4,
      strides: 2,
      padding: "same",
      activation: "relu",
      kernelInitializer: init(name),
      name,
    });
  const put = (layer: tf.layers.Layer, x: tf.SymbolicTensor) => layer.apply(x) as tf.SymbolicTensor;

  const input = tf.input({ shape: [28, 28, 1], name: "image" });
  let x = put(conv(24, "conv1"), input);
  x = put(tf.layers.flatten({ name: "flat" }), put(conv(48, "conv2"), x));
  const features = put(
    tf.layers.dense({ units: 64, activation: "relu", kernelInitializer: init("features"), name: "features" }),
    x,
  );
  const logits = put(tf.layers.dense({ units: 10, kernelInitializer: init("logits"), name: "logits" }), features);
  return tf.model({ inputs: input, outputs: [features, logits], name: "classifier" });
}

/** Names digits; its images are shifted by up to two pixels in training. */
export const classifier: ModelFactory<{ readonly seed: number }, Classifier> = defineModel(
  "classifier",
  { seed: integer({ min: 0 }) },
  ({ seed }) => {
    const network = digitNetwork(seed);
    const shifted = differentiableAugmentation({ brightness: 0, contrast: 0, cutout: 0, translation: 2 / 28 });
    return {
      classes: 10,
      networks: { classifier: network },
      fields: { x: { shape: [null, 28, 28, 1] }, label: { shape: [null], classes: 10 } },
      objectives: [
        {
          name: "classifier",
          updates: [network],
          loss: ({ x: image, label }, step) => {
            const seen = step.training ? shifted(image, step) : image;
            const guess = applyAll(network, seen, step)[1] as tf.Tensor2D;
            return { total: tf.mean(categoricalCrossEntropy(label as tf.Tensor1D, guess)) as tf.Scalar };
          },
        },
      ],
      classify: (images) => tf.tidy(() => applyAll(network, images)[1] as tf.Tensor2D),
    };
  },
);

/** Share of a dataset's examples that are named rightly. */
export async function accuracy(model: Classifies, data: Dataset<LabelledBatch>): Promise<number> {
  let [right, total] = [0, 0];
  for await (const batch of data.batches({ batchSize: 500 })) {
    const hits = tf.tidy(() => tf.sum(tf.cast(tf.equal(tf.argMax(model.classify(batch.x), 1), batch.label), "int32")));
    right += (await hits.data())[0]!;
    total += batch.x.shape[0]!;
    hits.dispose();
    tf.dispose(batch as never);
  }
  return right / total;
}
