/**
 * Anomaly scores: an autoencoder learns all digits but one; the reconstruction error of test digits then says which are of the
 * held-out class. AUROC for each class, for a stacked and a linear autoencoder, and for one shown all classes.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders anomaly
 */
import { linearAutoencoder, stackedAutoencoder } from "@latentkit/autoencoders";
import { auroc, reconstructionError } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { type Digits, digits, flags, inputShape, report, timed } from "./run.js";

const options = await flags(3, { classes: "0,1,2,3,4,5,6,7,8,9", latent: "16" });
const { seed, epochs, own } = options;
const { train, test } = await digits(options);
const latentDim = Number(own.latent);
const labels = test.values("label");
const build = {
  stacked: () => stackedAutoencoder({ inputShape, hiddenUnits: [256, 64], latentDim, seed }),
  linear: () => linearAutoencoder({ inputShape, latentDim, seed }),
};

async function scores(kind: keyof typeof build, data: Digits) {
  const model = build[kind]();
  const { seconds } = await timed(model, data, options, { epochs, optimizers: adam({ learningRate: 1e-3 }) });
  const { perExample } = await reconstructionError(model, test);
  model.dispose();
  return { perExample, seconds };
}

const everything = await scores("stacked", train);
const means: Record<string, number[]> = { stacked: [], linear: [], sawAllClasses: [] };
for (const held of own.classes!.split(",").map(Number)) {
  const others = train.filter((label) => label !== held);
  const anomalous = Array.from(labels, (label) => label === held);
  const results: Record<string, number> = { sawAllClasses: auroc(everything.perExample, anomalous) };
  let spent = 0;
  for (const kind of ["stacked", "linear"] as const) {
    const { perExample, seconds } = await scores(kind, others);
    results[kind] = auroc(perExample, anomalous);
    spent += seconds;
  }
  for (const [kind, value] of Object.entries(results)) means[kind]!.push(value);
  const common = { experiment: "anomaly", heldOut: held, split: "test", examples: test.size, latentDim, seed, epochs };
  report({ ...common, auroc: results, trainingSeconds: spent });
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const average = Object.fromEntries(Object.entries(means).map(([kind, values]) => [kind, mean(values)]));
report({ experiment: "anomaly", heldOut: "mean", auroc: average, latentDim, seed, epochs });
