/**
 * Samplers that are fitted after training: one VAE and one autoencoder of the same layers on MNIST, each drawing its codes from
 * N(0, I), from one Gaussian and from a mixture of Gaussians fitted to the codes of training images. Prints the Fréchet distance,
 * precision and recall of each against test images, by the digit classifier's features.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-vae-mnist fitted-prior
 */
import { autoencoder } from "@latentkit/autoencoders";
import { random } from "@latentkit/core";
import { mnist } from "@latentkit/data";
import { first, flags, report, timed } from "@latentkit/example-experiment";
import { mlpDecoder, mlpEncoder, mlpGaussianEncoder } from "@latentkit/layers";
import { bernoulli, fitGaussianMixture, standardNormal, withPrior } from "@latentkit/losses";
import { digitClassifier, encodeDataset, frechetDistance, manifoldPrecision } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { vae } from "@latentkit/vae";
import { imageGrid, savePicture, stackPictures } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";

const options = await flags(10, {
  latent: "16",
  components: "10",
  samples: "5000",
  out: "runs/vae-mnist/fitted-prior.png",
});
const { seed, epochs, limit, own } = options;
const [train, test] = await Promise.all([mnist({ split: "train" }), mnist({ split: "test" })]);
const shape = { hiddenUnits: [400], latentDim: Number(own.latent), seed };
const inputShape = [28, 28, 1];
const decoder = () => mlpDecoder({ outputShape: inputShape, ...shape });
const models = {
  vae: vae({ encoder: mlpGaussianEncoder({ inputShape, ...shape }), decoder: decoder() }),
  autoencoder: autoencoder({ encoder: mlpEncoder({ inputShape, ...shape }), decoder: decoder(), loss: bernoulli() }),
};
const { features, checksum } = await digitClassifier();
const count = Number(own.samples);
const real = test.take(count);
const pictures = [];
const names = [];
for (const [name, model] of Object.entries(models)) {
  const settings = { epochs, batchSize: 128, seed, optimizers: adam({ learningRate: 1e-3 }) };
  const { step, seconds } = await timed(model, first(train, limit), options, settings);
  const { codes } = await encodeDataset(model, train.take(10_000));
  const fits = {
    fitted: await fitGaussianMixture(codes, { components: 1 }),
    mixture: await fitGaussianMixture(codes, { components: Number(own.components), seed }),
  };
  const priors = { "N(0, I)": standardNormal(), "one Gaussian": fits.fitted.prior, mixture: fits.mixture.prior };
  for (const [label, prior] of Object.entries(priors)) {
    const parts: tf.Tensor[] = [];
    const drawing = withPrior(model, prior);
    for (let done = 0; done < count; done += 500) parts.push(drawing.sample(500, random(seed).stream(label).at(done)));
    const samples = tf.concat(parts);
    const { precision, recall } = await manifoldPrecision(real, samples, { features });
    report({
      experiment: "fitted-prior",
      ...{ model: name, prior: label, fid: await frechetDistance(real, samples, { features }), precision, recall },
      ...{ samples: count, split: "test", extractor: checksum.slice(0, 16), latentDim: shape.latentDim },
      ...{ seed, epochs, steps: step, trainingSeconds: seconds },
    });
    pictures.push(await imageGrid(samples.slice(0, 20), { columns: 20 }));
    names.push(`${name}, ${label}`);
    tf.dispose([samples, ...parts]);
  }
  codes.dispose();
}
await savePicture(stackPictures(pictures, { labels: names, gap: 8 }), own.out!);
