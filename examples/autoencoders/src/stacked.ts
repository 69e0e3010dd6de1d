/**
 * Depth: a linear and a stacked autoencoder with codes of one size; then what too much capacity looks like, a wide network on
 * few digits with its error on them and on digits it has not seen, as a picture.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders stacked
 */
import { linearAutoencoder, stackedAutoencoder } from "@latentkit/autoencoders";
import { files } from "@latentkit/core/files";
import { flags, report, timed } from "@latentkit/example-experiment";
import { reconstructionError } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { lineChart, svgToPng } from "@latentkit/viz";
import { digits, inputShape } from "./digits.js";

const options = await flags(10, { few: "500", steps: "1000", out: "runs/autoencoders/over-capacity.png" });
const { seed, epochs, own } = options;
const { train, test } = await digits(options);
const latentDim = 32;
const models = {
  linear: linearAutoencoder({ inputShape, latentDim, seed }),
  stacked: stackedAutoencoder({ inputShape, hiddenUnits: [512, 128], latentDim, seed }),
};
for (const [model, network] of Object.entries(models)) {
  const { seconds, step } = await timed(network, train, options, { epochs, optimizers: adam({ learningRate: 1e-3 }) });
  const common = { experiment: "stacked", model, split: "test", examples: test.size, latentDim, seed, epochs };
  const { mean } = await reconstructionError(network, test);
  report({ ...common, meanSquaredError: mean, steps: step, trainingSeconds: seconds });
  network.dispose();
}

const few = train.take(Math.min(Number(own.few), train.size - 1));
const held = test.take(Math.min(1000, test.size));
const series = [];
for (const [name, hiddenUnits] of Object.entries({ narrow: [64], wide: [1024, 1024] })) {
  const model = stackedAutoencoder({ inputShape, hiddenUnits, latentDim, seed });
  const { history, seconds } = await timed(model, few, options, {
    steps: Number(own.steps),
    batchSize: Math.min(100, few.size),
    optimizers: adam({ learningRate: 1e-3 }),
    validation: { data: held, every: 50 },
    logEvery: 50,
  });
  for (const [part, key] of Object.entries({ seen: "autoencoder/loss", unseen: "validation/autoencoder/loss" })) {
    const rows = history.filter((row) => row[key] !== undefined);
    series.push({ name: `${name}, ${part}`, group: name, x: rows.map((r) => r.step!), y: rows.map((r) => r[key]!) });
  }
  const curve = series.at(-1)!.y;
  const seen = (await reconstructionError(model, few)).mean;
  const unseen = (await reconstructionError(model, held)).mean;
  const common = { experiment: "over-capacity", model: name, hiddenUnits, latentDim, seed, steps: own.steps };
  const lowest = Math.min(...curve);
  report({ ...common, seen, unseen, lowestUnseen: lowest, examples: [few.size, held.size], trainingSeconds: seconds });
  model.dispose();
}
const chart = lineChart({ series, title: `Trained on ${few.size} digits`, xLabel: "step", yLabel: "MSE", logY: true });
await files.writeBytes(own.out!, await svgToPng(chart));
