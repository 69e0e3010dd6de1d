/**
 * Anomaly scores: an autoencoder learns all digits but one; what it fails to restore of test digits then says which are of the
 * held-out class. AUROC for each class by three scores, for a stacked and a linear autoencoder, and for one shown all classes.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders anomaly
 */
import { linearAutoencoder, stackedAutoencoder } from "@latentkit/autoencoders";
import { flags, report, timed } from "@latentkit/example-experiment";
import { anomalyScores, auroc } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { type Digits, digits, inputShape } from "./digits.js";

const options = await flags(4, { classes: "0,1,2,3,4,5,6,7,8,9", latent: "16" });
const { seed, epochs, own } = options;
const { train, test } = await digits(options);
const latentDim = Number(own.latent);
const labels = test.values("label");
const kinds = ["error", "relative", "structure"] as const;
const build = {
  stacked: () => stackedAutoencoder({ inputShape, hiddenUnits: [256, 64], latentDim, seed }),
  linear: () => linearAutoencoder({ inputShape, latentDim, seed }),
};

/** Scores of the test digits by a model that was trained on some digits. */
async function scored(network: keyof typeof build, data: Digits) {
  const model = build[network]();
  const { seconds } = await timed(model, data, options, { epochs, optimizers: adam({ learningRate: 1e-3 }) });
  const scores = new Map<string, Float64Array>();
  for (const score of kinds) scores.set(score, await anomalyScores(model, test, { score }));
  model.dispose();
  return { scores, seconds };
}

const everything = await scored("stacked", train);
const means: Record<string, number[]> = {};
for (const held of own.classes!.split(",").map(Number)) {
  const others = train.filter((label) => label !== held);
  const anomalous = Array.from(labels, (label) => label === held);
  const [stacked, linear] = [await scored("stacked", others), await scored("linear", others)];
  const results: Record<string, number> = {};
  for (const [name, { scores }] of Object.entries({ stacked, linear, sawAllClasses: everything })) {
    for (const [score, values] of scores) results[`${name}, ${score}`] = auroc(values, anomalous);
  }
  for (const [name, value] of Object.entries(results)) means[name] = [...(means[name] ?? []), value];
  const common = { experiment: "anomaly", heldOut: held, split: "test", examples: test.size, latentDim, seed, epochs };
  report({ ...common, auroc: results, trainingSeconds: stacked.seconds + linear.seconds });
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const average = Object.fromEntries(Object.entries(means).map(([name, values]) => [name, mean(values)]));
report({ experiment: "anomaly", heldOut: "mean", auroc: average, latentDim, seed, epochs });
