/**
 * Autoencoders that can be sampled: digits decoded from draws of N(0, I) by a Wasserstein and an adversarial autoencoder, beside a
 * plain autoencoder, whose codes lie elsewhere, and a VAE. FID, precision and recall among features of the digit classifier, with
 * other real digits as the ceiling; and a picture.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders generators
 */
import { adversarialAutoencoder, autoencoder, wassersteinAutoencoder } from "@latentkit/autoencoders";
import { type DataBatch, type Model, random } from "@latentkit/core";
import { flags, report, timed } from "@latentkit/example-experiment";
import { mlpDecoder, mlpEncoder, mlpGaussianEncoder } from "@latentkit/layers";
import { standardNormal, withPrior } from "@latentkit/losses";
import { digitClassifier, frechetDistance, manifoldPrecision } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { vae } from "@latentkit/vae";
import { imageGrid, savePicture, stackPictures } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { digits, inputShape } from "./digits.js";

const options = await flags(3, {
  latent: "8",
  samples: "5000",
  only: "autoencoder,wasserstein,adversarial,vae",
  wae: "0.01",
  out: "runs/autoencoders/generators.png",
});
const { seed, epochs, own } = options;
const { train, test } = await digits(options);
const latentDim = Number(own.latent);
const shape = { hiddenUnits: [400], latentDim, seed };
const networks = () => ({
  encoder: mlpEncoder({ inputShape, ...shape }),
  decoder: mlpDecoder({ outputShape: inputShape, ...shape }),
});
const plain = autoencoder(networks());
const models = {
  autoencoder: {
    ...plain,
    sample: withPrior(plain, standardNormal()).sample,
  },
  wasserstein: wassersteinAutoencoder({ ...networks(), weight: Number(own.wae) }),
  adversarial: adversarialAutoencoder({
    ...networks(),
    discriminator: mlpDecoder({ latentDim, hiddenUnits: [256, 256], outputShape: [1], seed, name: "discriminator" }),
  }),
  vae: vae({
    encoder: mlpGaussianEncoder({ inputShape, ...shape }),
    decoder: mlpDecoder({ outputShape: inputShape, ...shape }),
  }),
};

const { features, checksum } = await digitClassifier();
const count = Math.min(Number(own.samples), Math.floor(test.size / 2));
const halves = [0, 1].map((half) => test.gather(Array.from({ length: count }, (_, i) => half * count + i)).x);
const [real, other] = halves as [tf.Tensor, tf.Tensor];
const scores = async (samples: tf.Tensor) => {
  const { precision, recall } = await manifoldPrecision(real, samples, { features });
  return { fid: await frechetDistance(real, samples, { features }), precision, recall };
};
const common = { experiment: "generators", samples: count, split: "test", extractor: checksum.slice(0, 16), seed };
report({ ...common, model: "other real digits", ...(await scores(other)) });
const pictures = [];
const learningRates: Readonly<Record<string, number>> = { discriminator: 2e-4, encoder: 1e-4 };
const names = own.only!.split(",") as (keyof typeof models)[];
for (const name of names) {
  const model = models[name];
  // The opponents of the adversarial one take smaller steps than its reconstruction, or codes are torn about.
  const rates = model.objectives.map((objective) => [objective.name, learningRates[objective.name] ?? 1e-3] as const);
  const optimizers = Object.fromEntries(rates.map(([objective, learningRate]) => [objective, adam({ learningRate })]));
  const settings = { epochs, optimizers };
  const { seconds } = await timed(model as Model<DataBatch>, train, options, settings);
  const samples = tf.tidy(() => tf.clipByValue(model.sample(count, random(1)), 0, 1));
  report({ ...common, model: name, ...(await scores(samples)), latentDim, epochs, trainingSeconds: seconds });
  pictures.push(await imageGrid(samples.slice(0, 20), { columns: 20 }));
  samples.dispose();
  model.dispose();
}
await savePicture(stackPictures(pictures, { labels: names, gap: 8 }), own.out!);
