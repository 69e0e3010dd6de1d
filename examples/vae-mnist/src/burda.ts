/**
 * Burda, Grosse and Salakhutdinov 2016, one stochastic layer: dynamic binarisation, 784-200-200-50-200-200-784, tanh,
 * batches of 20, trained with the VAE's or the importance-weighted objective. Prints the importance-weighted negative
 * log-likelihood of binarised test images. The paper trains for 3,280 epochs; the learning rate here falls along a cosine,
 * so that fewer make sense.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-vae-mnist burda --epochs 50 --objective vae
 *     LATENTKIT_DATA=… python3 examples/vae-mnist/torch/burda.py --epochs 50 --objective vae
 */
import { cosineSchedule, saveModel } from "@latentkit/core";
import { binarize, mnist } from "@latentkit/data";
import { first, flags, report, timed } from "@latentkit/example-experiment";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { activeUnits, importanceWeightedLogLikelihood } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { iwae, vae } from "@latentkit/vae";

const options = await flags(50, {
  objective: "vae",
  k: "5",
  "batch-size": "100",
  "learning-rate": "1e-3",
  "test-examples": "1000",
  samples: "5000",
  out: "runs/vae-mnist/burda.safetensors",
});
const { seed, epochs, limit, own } = options;
const [train, test] = await Promise.all([mnist({ split: "train" }), mnist({ split: "test" })]);
const shape = { hiddenUnits: [200, 200], latentDim: 50, activation: "tanh", seed } as const;
const networks = {
  encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
  decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
};
const model = own.objective === "iwae" ? iwae({ ...networks, samples: Number(own.k) }) : vae(networks);

const data = first(train, limit).map(binarize());
const batchSize = Number(own["batch-size"]);
const steps = epochs * Math.floor(data.size / batchSize);
const { seconds } = await timed(model, data, options, {
  steps,
  batchSize,
  seed,
  optimizers: adam({ learningRate: cosineSchedule({ from: Number(own["learning-rate"]), to: 1e-5, steps }) }),
});
await saveModel(model, own.out!);

const started = performance.now();
const images = test.take(Number(own["test-examples"])).map(binarize());
const likelihood = await importanceWeightedLogLikelihood(model, images, { samples: Number(own.samples), seed });
const { active } = await activeUnits(model, images);
report({
  experiment: "vae-mnist-burda",
  library: "latentkit",
  objective: own.objective === "iwae" ? `iwae, k = ${own.k}` : "vae",
  negativeLogLikelihood: -likelihood.mean,
  standardError: likelihood.standardError,
  effectiveSamples: likelihood.effectiveSamples.mean,
  activeUnits: active,
  split: "test",
  examples: likelihood.count,
  importanceSamples: Number(own.samples),
  ...{ seed, epochs, steps, batchSize, executor: options.executor, trainingSeconds: seconds },
  evaluationSeconds: (performance.now() - started) / 1000,
});
