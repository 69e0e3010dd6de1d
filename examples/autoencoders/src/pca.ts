/**
 * A linear autoencoder is principal component analysis: angles between the subspaces and the error over PCA's, on Gaussian
 * data whose covariance is known and on MNIST with 32 units.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders pca
 */
import { linearAutoencoder } from "@latentkit/autoencoders";
import { cosineSchedule, type DataBatch } from "@latentkit/core";
import { sizeOf } from "@latentkit/core/authoring";
import { type ArrayDataset, gaussians } from "@latentkit/data";
import { flags, report, timed } from "@latentkit/example-experiment";
import { principalAngles, principalComponents, reconstructionError } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import type * as tf from "@tensorflow/tfjs";
import { digits, inputShape } from "./digits.js";

const options = await flags(40);
const { seed } = options;
const { train } = await digits(options);
const spectrum = Array.from({ length: 20 }, (_, i) => 0.8 ** i);
await compare("gaussians", gaussians({ count: 5000, seed, spectrum }), [20], 5);
await compare("mnist", train, inputShape, 32);

async function compare(name: string, data: ArrayDataset<DataBatch>, shape: readonly number[], latentDim: number) {
  const model = linearAutoencoder({ inputShape: shape, latentDim, seed });
  const batchSize = Math.min(500, data.size);
  const steps = options.epochs * Math.floor(data.size / batchSize) * (name === "gaussians" ? 10 : 1);
  const learningRate = cosineSchedule({ from: 3e-3, to: 1e-6, steps });
  const { seconds } = await timed(model, data, options, { steps, batchSize, optimizers: adam({ learningRate }) });
  const pca = await principalComponents(data, { components: latentDim });
  const [kernel] = model.networks.decoder.getWeights() as [tf.Tensor2D];
  const angles = await principalAngles(kernel, pca.components);
  const { mean } = await reconstructionError(model, data);
  const values = sizeOf(shape);
  report({
    experiment: "linear-autoencoder-is-pca",
    data: name,
    largestAngleDegrees: (Math.max(...angles) * 180) / Math.PI,
    meanSquaredError: mean,
    errorOverPca: mean / (pca.discarded / values),
    split: "train",
    ...{ examples: data.size, latentDim, seed, steps, batchSize, trainingSeconds: seconds },
  });
  model.dispose();
}
