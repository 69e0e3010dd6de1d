/**
 * Sparse codes: the mean activation that each penalty reaches, error, a linear probe's accuracy, and the filters as pictures.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders sparse
 */
import { autoencoder, kSparseAutoencoder, sparseAutoencoder } from "@latentkit/autoencoders";
import { flags, report, timed } from "@latentkit/example-experiment";
import { type ActivationKind, mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { encodeDataset, reconstructionError } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { imageGrid, savePicture, stackPictures } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { digits, inputShape } from "./digits.js";

const options = await flags(6, { only: "", weight: "", l1: "", out: "runs/autoencoders/filters.png" });
const { seed, epochs, own } = options;
const { train, test } = await digits(options);
const networks = (outputActivation: ActivationKind) => {
  const shape = { hiddenUnits: [], latentDim: 256, seed };
  return {
    encoder: mlpEncoder({ inputShape, ...shape, outputActivation }),
    decoder: mlpDecoder({ outputShape: inputShape, ...shape }),
  };
};
const kl = own.weight === "" ? {} : { weight: Number(own.weight) };
const l1 = own.l1 === "" ? {} : { weight: Number(own.l1) };
const models = {
  none: autoencoder(networks("sigmoid")),
  "kl, p = 0.05": sparseAutoencoder({ ...networks("sigmoid"), target: 0.05, ...kl }),
  "kl, p = 0.1": sparseAutoencoder({ ...networks("sigmoid"), target: 0.1, ...kl }),
  l1: sparseAutoencoder({ ...networks("relu"), penalty: "l1", ...l1 }),
  "k = 25": kSparseAutoencoder({ ...networks("linear"), k: 25 }),
};
const pictures = [];
const wanted = Object.entries(models).filter(([name]) => name.startsWith(own.only!));
for (const [name, model] of wanted) {
  const { seconds, step } = await timed(model, train, options, { epochs, optimizers: adam({ learningRate: 3e-3 }) });
  const { mean } = await reconstructionError(model, test);
  const { codes } = await encodeDataset(model, test);
  const statistics = tf.tidy(() => {
    const active = tf.mean(tf.cast(tf.greater(tf.abs(codes), 0.1), "float32"));
    const perUnit = tf.mean(codes, 0);
    return tf.stack([tf.mean(codes), tf.min(perUnit), tf.max(perUnit), active]);
  });
  const [activation, lowestUnit, highestUnit, activeShare] = await statistics.data();
  report({
    ...{ experiment: "sparse", penalty: name, meanActivation: activation, lowestUnit, highestUnit, activeShare },
    ...{ meanSquaredError: mean, latentDim: 256, split: "test", examples: test.size },
    ...{ seed, epochs, steps: step, trainingSeconds: seconds },
  });
  // What a unit writes: its row of the decoder's kernel. The 60 units whose activation varies most.
  const filters = tf.tidy(() => {
    const kernel = model.networks.decoder.getWeights()[0] as tf.Tensor2D; // [256, 784]
    const { indices } = tf.topk(tf.moments(codes, 0).variance, 60);
    const images = tf.reshape(tf.gather(kernel, indices), [60, ...inputShape]);
    const largest = tf.max(tf.abs(images), [1, 2], true);
    return tf.add(tf.div(images, tf.mul(2, largest)), 0.5);
  });
  pictures.push(await imageGrid(filters, { columns: 20 }));
  tf.dispose([codes, statistics, filters]);
  model.dispose();
}
await savePicture(stackPictures(pictures, { labels: wanted.map(([name]) => name), gap: 8 }), own.out!);
