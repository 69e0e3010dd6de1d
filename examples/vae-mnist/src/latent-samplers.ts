/**
 * Every prior that can be fitted after training, on one VAE and one autoencoder of the same layers on MNIST; beside them a VAE of
 * directions and one of points of a ball, each with its own. Prints the Fréchet distance, precision and recall of each against test images,
 * by the digit classifier's features, and writes a sheet of samples.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-vae-mnist latent-samplers --epochs 5 --samples 2000
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-vae-mnist latent-samplers --models vae --samplers "sphere,hyperbolic ball"
 */
import { autoencoder } from "@latentkit/autoencoders";
import { type Decodes, type Encodes, type Prior, type RandomSource, random } from "@latentkit/core";
import { mnist } from "@latentkit/data";
import { first, flags, report, timed } from "@latentkit/example-experiment";
import { mlpDecoder, mlpEncoder, mlpGaussianEncoder } from "@latentkit/layers";
import {
  bernoulli,
  type Decoding,
  fitGaussianMixture,
  uniformSphere,
  vonMisesFisherPosterior,
  withPrior,
  wrappedNormal,
  wrappedNormalPosterior,
} from "@latentkit/losses";
import { digitClassifier, encodeDataset, frechetDistance, manifoldPrecision } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { vae } from "@latentkit/vae";
import { imageGrid, savePicture, stackPictures } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { type Codes, SAMPLERS } from "./samplers/fits.js";

const options = await flags(5, {
  ...{ latent: "16", curved: "6", "fit-images": "10000", "fit-steps": "3000", samples: "2000" },
  ...{ models: "vae,autoencoder,directions,ball", samplers: "all", out: "runs/vae-mnist/latent-samplers.png" },
});
const { seed, epochs, limit, own } = options;
const [train, test] = await Promise.all([mnist({ split: "train" }), mnist({ split: "test" })]);
const inputShape = [28, 28, 1];
const shape = { hiddenUnits: [400], latentDim: Number(own.latent), seed };
const small = { ...shape, latentDim: Number(own.curved) };
const decoder = (sized: typeof shape) => mlpDecoder({ outputShape: inputShape, ...sized });
const MODELS = {
  vae: () => vae({ encoder: mlpGaussianEncoder({ inputShape, ...shape }), decoder: decoder(shape) }),
  autoencoder: () =>
    autoencoder({ encoder: mlpEncoder({ inputShape, ...shape }), decoder: decoder(shape), loss: bernoulli() }),
  directions: () =>
    vae({
      encoder: mlpEncoder({ inputShape, ...small, heads: [1] }),
      decoder: decoder(small),
      posterior: vonMisesFisherPosterior(),
      prior: uniformSphere({ latentDim: small.latentDim }),
    }),
  ball: () =>
    vae({
      encoder: mlpGaussianEncoder({ inputShape, ...small }),
      decoder: decoder(small),
      posterior: wrappedNormalPosterior(),
      prior: wrappedNormal(),
    }),
};
type Trained = Decodes & Encodes & Decoding;
const { features, checksum } = await digitClassifier();
const count = Number(own.samples);
const real = test.take(count);
const fitImages = train.take(Number(own["fit-images"]));
const pictures = [];
const names: string[] = [];

for (const name of own.models!.split(",") as (keyof typeof MODELS)[]) {
  const model = MODELS[name]();
  const settings = { epochs, batchSize: 128, seed, optimizers: adam({ learningRate: 1e-3 }) };
  const { step } = await timed(model, first(train, limit), options, settings);
  const given = await codesOf(model);
  const curved = name === "directions" || name === "ball" ? (model as { readonly prior: Prior }).prior : undefined;
  for (const [label, fit] of curved ? ownSamplers(curved) : Object.entries(SAMPLERS)) {
    if (own.samplers !== "all" && !own.samplers!.split(",").includes(label)) continue;
    const started = performance.now();
    const prior = await fit(given);
    if (prior === undefined) continue; // it takes what this encoder does not tell
    const fitSeconds = (performance.now() - started) / 1000;
    const draw = drawing(model as Trained, prior);
    const parts: tf.Tensor[] = [];
    for (let done = 0; done < count; done += 500) parts.push(draw(500, random(seed).stream(label).at(done)));
    const samples = tf.concat(parts);
    const { precision, recall } = await manifoldPrecision(real, samples, { features });
    report({
      experiment: "latent-samplers",
      ...{ model: name, prior: label, fid: await frechetDistance(real, samples, { features }), precision, recall },
      ...{ samples: count, split: "test", extractor: checksum.slice(0, 16), latentDim: model.latentDim },
      ...{ seed, epochs, steps: step, fitSeconds },
    });
    pictures.push(await imageGrid(samples.slice(0, 20), { columns: 20 }));
    names.push(`${name}, ${label}`);
    tf.dispose([samples, ...parts]);
  }
  await savePicture(stackPictures(pictures, { labels: names, gap: 8 }), own.out!);
}

/** The model with another prior. A ball's points are real numbers to a decoder, though not to the bound of a VAE, which `withPrior` sees. */
function drawing(model: Trained, prior: Prior): (count: number, source: RandomSource) => tf.Tensor {
  if (prior.name === "wrappedNormal") {
    return (wanted, source) => tf.tidy(() => model.decode(prior.sample(wanted, model.latentDim, source)));
  }
  const made = withPrior(model, prior);
  return (wanted, source) => made.sample(wanted, source);
}

/** What a model of curved codes is drawn from: the prior that it was trained with, and ten Gaussians, which do not know of the curve. */
function ownSamplers(prior: Prior): [string, (given: Codes) => Promise<Prior>][] {
  return [
    [prior.name, async () => prior],
    ["ten Gaussians", async ({ codes }) => unbound((await fitGaussianMixture(codes, { components: 10, seed })).prior)],
  ];
  function unbound(fitted: Prior): Prior {
    return { ...fitted, ...(prior.codes !== undefined && { codes: prior.codes }) };
  }
}

async function codesOf(model: ReturnType<(typeof MODELS)[keyof typeof MODELS]>): Promise<Codes> {
  const { codes: means } = await encodeDataset(model, fitImages);
  const examples = train.take(500).gather().x;
  const rest = { examples, steps: Number(own["fit-steps"]), flags: options };
  const tells = "posterior" in model && model.prior.name === "standardNormal";
  if (!tells) return { codes: means as tf.Tensor2D, ...rest };
  const parts: { mean: tf.Tensor2D; logVariance: tf.Tensor2D }[] = [];
  for await (const { x } of fitImages.batches({ batchSize: 500 })) parts.push(model.posterior(x));
  const mean = tf.concat(parts.map((part) => part.mean));
  const logVariance = tf.concat(parts.map((part) => part.logVariance));
  const noise = random(seed).stream("codes").at(0).normal(mean.shape);
  const codes = tf.add(mean, tf.mul(tf.exp(tf.div(logVariance, 2)), noise)) as tf.Tensor2D;
  return { codes, posterior: { mean, logVariance }, ...rest };
}
