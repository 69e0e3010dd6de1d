/**
 * Every model of the VAE family with the same small networks, batches and updates on dynamically binarised MNIST: one table, and a
 * sheet of samples each.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-vae-zoo start --epochs 5
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-vae-zoo start --models vae,iwae --images 10000
 *     LATENTKIT_DATA=… python3 examples/vae-zoo/torch/zoo.py --models vae,iwae
 *
 * Columns: −ELBO of the test images, one draw each; NLL by importance samples of 500 of them; squared error of reconstructions; Fréchet
 * distance by the digit classifier's features, with * where a mixture of Gaussians was fitted to the codes of a model without a prior;
 * dimensions of the code that vary; seconds of training. A bound stands there for every model that has one, also where something else
 * was trained.
 */
import { appendFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "@latentkit/core";
import { flags, timed } from "@latentkit/example-experiment";
import { adam } from "@latentkit/training";
import { zooData } from "./data.js";
import { measure } from "./measure.js";
import { FEW_LABELS, MODELS } from "./models.js";
import { zooParts } from "./parts.js";
import { type Result, table } from "./table.js";

const options = await flags(5, {
  models: "all",
  images: "60000",
  samples: "2000",
  "importance-samples": "200",
  latent: "16",
  out: "runs/vae-zoo",
});
const { seed, epochs, own } = options;
const names = own.models === "all" ? Object.keys(MODELS) : own.models!.split(",");
for (const name of names) {
  if (name in MODELS) continue;
  throw new ConfigError(
    `vae-zoo: expected --models to name some of ${Object.keys(MODELS).join(", ")}, received ${name}.`,
  );
}
await mkdir(own.out!, { recursive: true });
const data = await zooData({
  images: Number(own.images),
  samples: Number(own.samples),
  importanceSamples: Number(own["importance-samples"]),
  seed,
});
const batchSize = 128;
const steps = Math.max(1, Math.round((epochs * data.size) / batchSize));
const setting = {
  inputShape: [28, 28, 1],
  latentDim: Number(own.latent),
  hiddenUnits: [256, 128],
  images: data.size,
  steps,
  seed,
};

const results: Result[] = [];
for (const name of names) {
  const model = MODELS[name]!(zooParts(setting));
  // Updates, not passes, are what is equal: a model with several objectives draws a batch for each.
  const { seconds, stopped } = await timed(
    model,
    (FEW_LABELS.has(name) ? data.fewLabels : data.train) as never,
    options,
    {
      ...{ steps, batchSize, seed },
      optimizers: adam({ learningRate: 1e-3 }),
    },
  );
  if (stopped === "aborted") break; // Ctrl-C: what was not trained is not measured
  const result = { model: name, ...(await measure(model, data, join(own.out!, `${name}.png`))), seconds };
  model.dispose();
  results.push(result);
  await appendFile(join(own.out!, "results.jsonl"), `${JSON.stringify({ ...result, ...setting, epochs })}\n`);
  console.error(table([result]).split("\n").at(-1));
}
console.log(table(results));
