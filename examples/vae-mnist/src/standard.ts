/**
 * The setting that every tutorial has: MNIST, grey values as Bernoulli probabilities, 784-400-20-400-784, ReLU, Adam 1e-3,
 * batches of 128, 10 epochs. Prints the test set's −ELBO in nats per example, one posterior sample each.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-vae-mnist standard
 *     LATENTKIT_DATA=… python3 examples/vae-mnist/torch/standard.py
 */
import { mnist } from "@latentkit/data";
import { first, flags, report, timed } from "@latentkit/example-experiment";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { evidenceLowerBound } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { vae } from "@latentkit/vae";

const options = await flags(10);
const { seed, epochs, limit } = options;
const [train, test] = await Promise.all([mnist({ split: "train" }), mnist({ split: "test" })]);
const shape = { hiddenUnits: [400], latentDim: 20, seed };
const model = vae({
  encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
  decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
});

const data = first(train, limit);
const { step, seconds } = await timed(model, data, options, {
  epochs,
  batchSize: 128,
  seed,
  optimizers: adam({ learningRate: 1e-3 }),
});
const { elbo, reconstruction, kl } = await evidenceLowerBound(model, first(test, limit), { seed });
report({
  experiment: "vae-mnist-standard",
  library: "latentkit",
  negativeElbo: -elbo.mean,
  reconstruction: reconstruction.mean,
  kl: kl.mean,
  split: "test",
  examples: elbo.count,
  samplesPerExample: 1,
  ...{ seed, epochs, steps: step, executor: options.executor, trainingSeconds: seconds },
});
