/**
 * Codes larger than the data: what a linear classifier makes of them, from an autoencoder that may simply copy, and from ones that
 * noise or sparsity keeps from it. Beside them the pixels themselves.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders overcomplete
 */
import { autoencoder, denoisingAutoencoder, kSparseAutoencoder, sparseAutoencoder } from "@latentkit/autoencoders";
import { flags, report, timed } from "@latentkit/example-experiment";
import { type ActivationKind, maskingNoise, mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { encodeDataset, linearProbe, reconstructionError } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { type Digits, digits, inputShape } from "./digits.js";

const options = await flags(1, { labels: "1000", latent: "1000" });
const { seed, epochs, own } = options;
const { train, test } = await digits(options);
const latentDim = Number(own.latent);
const labelled = train.take(Math.min(Number(own.labels), train.size));
const networks = (outputActivation: ActivationKind) => {
  const shape = { hiddenUnits: [], latentDim, seed };
  return {
    encoder: mlpEncoder({ inputShape, ...shape, outputActivation }),
    decoder: mlpDecoder({ outputShape: inputShape, ...shape }),
  };
};
const common = {
  experiment: "overcomplete",
  latentDim,
  labels: labelled.size,
  split: "test",
  examples: test.size,
  seed,
};
const probe = async (model: Parameters<typeof encodeDataset>[0]) => {
  const codesOf = async (data: Digits) => {
    const { codes, labels } = await encodeDataset(model, data);
    return { codes, labels: labels! };
  };
  const [known, held] = [await codesOf(labelled), await codesOf(test)];
  const { accuracy, trainAccuracy } = await linearProbe(known, held);
  tf.dispose([known, held]);
  return { accuracy, trainAccuracy };
};

const pixels = { latentDim: 784, encode: (x: tf.Tensor) => tf.reshape(x, [-1, 784]) as tf.Tensor2D };
report({ ...common, model: "pixels", ...(await probe(pixels)), latentDim: 784 });
const models = {
  "linear, plain": autoencoder(networks("linear")),
  "relu, plain": autoencoder(networks("relu")),
  "sigmoid, plain": autoencoder(networks("sigmoid")),
  "relu, masking noise": denoisingAutoencoder({ ...networks("relu"), corruption: maskingNoise({ rate: 0.5 }) }),
  "linear, k = 50": kSparseAutoencoder({ ...networks("linear"), k: 50 }),
  // A thousand units share a penalty of a few hundred: weights below the defaults, which are for hundreds of units.
  "sigmoid, kl": sparseAutoencoder({ ...networks("sigmoid"), weight: 5e-4 }),
  "sigmoid, l1": sparseAutoencoder({ ...networks("sigmoid"), penalty: "l1", weight: 3e-4 }),
  "relu, l1": sparseAutoencoder({ ...networks("relu"), penalty: "l1" }),
};
const untrained = new Map<string, number>();
for (const [name, model] of Object.entries(models)) {
  // Encoders with one activation begin from the same weights.
  const start = name.includes("k =") ? name : name.split(",")[0]!;
  if (!untrained.has(start)) untrained.set(start, (await probe(model)).accuracy);
  const { seconds, step } = await timed(model, train, options, { epochs, optimizers: adam({ learningRate: 1e-3 }) });
  const { mean } = await reconstructionError(model, test);
  report({
    ...{ ...common, model: name, ...(await probe(model)), untrained: untrained.get(start) },
    ...{ meanSquaredError: mean, epochs, steps: step, trainingSeconds: seconds },
  });
  model.dispose();
}
