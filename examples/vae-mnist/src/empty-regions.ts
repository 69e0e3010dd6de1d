/**
 * Why a plain autoencoder is a poor generator, as a number. Two models with the same layers, likelihood, data and training,
 * one with the KL divergence and one without; from each, samples decoded from the *emptiest* places of the Gaussian that its
 * own codes fill. The figure is the precision of those samples: the share that lies within the manifold of real test
 * images, among the features of a digit classifier. Real images and reconstructions beside it say how high it could be.
 * The last line compares the models: how much higher the VAE's precision is, and the shares of samples off the manifold when
 * it is measured among pixels, where the blur that a classifier minds does not count.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-vae-mnist empty-regions --epochs 10
 */
import { autoencoder } from "@latentkit/autoencoders";
import { mnist } from "@latentkit/data";
import { first, flags, report, timed } from "@latentkit/example-experiment";
import { mlpDecoder, mlpEncoder, mlpGaussianEncoder } from "@latentkit/layers";
import { bernoulli } from "@latentkit/losses";
import { digitClassifier, encodeDataset, type SamplePrecision, sampleCodes, samplePrecision } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { vae } from "@latentkit/vae";
import { imageGrid, savePicture, stackPictures } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";

const options = await flags(10, { latent: "20", beta: "1", out: "runs/vae-mnist/empty-regions.png" });
const { seed, epochs, limit, own } = options;
const [train, test] = await Promise.all([mnist({ split: "train" }), mnist({ split: "test" })]);
const inputShape = [28, 28, 1];
const shape = { hiddenUnits: [400], latentDim: Number(own.latent), seed };
const decoder = () => mlpDecoder({ outputShape: inputShape, ...shape });
const models = {
  autoencoder: autoencoder({ encoder: mlpEncoder({ inputShape, ...shape }), decoder: decoder(), loss: bernoulli() }),
  vae: vae({ encoder: mlpGaussianEncoder({ inputShape, ...shape }), decoder: decoder(), beta: Number(own.beta) }),
};

const { features, checksum } = await digitClassifier();
const settings = { epochs, batchSize: 128, seed, optimizers: adam({ learningRate: 1e-3 }) };
const pictures = [];
const found: { readonly features: number; readonly pixels: number }[] = [];
for (const [name, model] of Object.entries(models)) {
  const { step, seconds } = await timed(model, first(train, limit), options, settings);
  const common = { references: 5000, count: 2000, seed };
  const [empty, matched, prior, pixels] = [
    await samplePrecision(model, test, { ...common, features, region: "empty" }),
    await samplePrecision(model, test, { ...common, features, region: "matched" }),
    await samplePrecision(model, test, { ...common, features, region: "prior" }),
    await samplePrecision(model, test, { ...common, region: "empty" }),
  ];
  const of = ({ samples: { precision, recall, distanceRatio } }: SamplePrecision) => ({
    precision,
    recall,
    distanceRatio,
  });
  report({
    experiment: "empty-latent-regions",
    model: name,
    ...{ empty: of(empty), matched: of(matched), prior: of(prior), emptyInPixels: of(pixels) },
    reconstructions: empty.reconstructions.precision,
    data: empty.data.precision,
    extractor: checksum.slice(0, 16),
    split: "test",
    ...{ ...common, latentDim: shape.latentDim, epochs, steps: step, trainingSeconds: seconds },
  });

  found.push({ features: empty.samples.precision, pixels: pixels.samples.precision });
  const { codes } = await encodeDataset(model, test.take(5000));
  const holes = await sampleCodes(codes, { count: 40, region: "empty", seed });
  const images = tf.tidy(() => model.decode(holes));
  pictures.push(await imageGrid(images, { columns: 20 }));
  tf.dispose([codes, holes, images]);
}
await savePicture(stackPictures(pictures, { labels: Object.keys(models), gap: 8 }), own.out!);

const [plain, variational] = found as [(typeof found)[0], (typeof found)[0]];
report({
  experiment: "empty-latent-regions",
  precisionGained: variational.features - plain.features,
  offManifoldInPixels: { autoencoder: 1 - plain.pixels, vae: 1 - variational.pixels },
});
