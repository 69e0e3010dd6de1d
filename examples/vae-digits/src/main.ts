/**
 * Trains a VAE on digits and shows what it has learnt: samples, reconstructions, morphs, what each dimension of the code
 * means, and the manifold. `npm run quickstart` runs this; `--help` lists the options.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { useBackend } from "@latentkit/backends";
import { cosineSchedule } from "@latentkit/core";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { activeUnits, evidenceLowerBound } from "@latentkit/metrics";
import { abortOnInterrupt, adam, jsonLines, progressBar, train } from "@latentkit/training";
import { saveVae, vae } from "@latentkit/vae";
import {
  interpolationSheet,
  latentManifold,
  type Picture,
  reconstructionSheet,
  sampleSheet,
  savePicture,
  traversalSheet,
} from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { digits, readOptions } from "./options.js";

const started = performance.now();
const { out, resume, ...options } = await readOptions();
const backend = await useBackend(options.backend);
await mkdir(out, { recursive: true });
await writeFile(join(out, "options.json"), `${JSON.stringify(options, null, 2)}\n`);

// Five dimensions: enough for every digit in many hands, few enough that most codes the prior draws are digits.
const [data, test] = await digits(options);
const { seed, latent: latentDim } = options;
const shape = { latentDim, seed };
const model = vae({
  encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], hiddenUnits: [512, 256, 128], ...shape }),
  decoder: mlpDecoder({ outputShape: [28, 28, 1], hiddenUnits: [128, 256, 512], ...shape }),
});

const batchSize = 64;
const steps = options.epochs ? options.epochs * Math.floor(data.size / batchSize) : options.steps;
const decay = cosineSchedule({ from: 3e-3, steps });
console.log(`Training on ${data.size} ${options.data} images for ${steps} steps on ${backend.name} …`);
const result = await train(model, data.select(["x"]), {
  steps,
  batchSize,
  seed,
  // The rate rises over 200 steps: Adam's first steps are too long for a network this deep at the rate that suits the rest.
  optimizers: adam({ learningRate: (step) => decay(step) * Math.min(1, (step + 1) / 200) }),
  validation: { data: test.select(["x"]), every: 200, batchSize: 500 },
  callbacks: [
    progressBar({ show: ["vae/loss", "vae/reconstruction", "vae/kl"] }),
    jsonLines(join(out, "history.jsonl")),
  ],
  checkpoint: { folder: join(out, "checkpoints"), every: 400, keep: 2, resume },
  signal: abortOnInterrupt(),
});
if (result.stopped === "aborted") {
  console.log(`Stopped at step ${result.step}. Continue with: --resume ${out}`);
  process.exit();
}
await saveVae(model, join(out, "model.safetensors"));

const { elbo, reconstruction, kl } = await evidenceLowerBound(model, test, { seed });
const { variances } = await activeUnits(model, test);
const busiest = [...variances.keys()].sort((a, b) => variances[b]! - variances[a]!);
const [a, b] = [test.gather(Uint32Array.of(0, 1, 2, 3, 4, 5)), test.gather(Uint32Array.of(6, 7, 8, 9, 10, 11))];
const sheets: Record<string, Picture> = {
  samples: await sampleSheet(model, { count: 100, columns: 10, seed }),
  reconstructions: await reconstructionSheet(model, test.gather(Uint32Array.from({ length: 30 }, (_, i) => i)).x),
  interpolation: await interpolationSheet(model, a.x, b.x, { steps: 12 }),
  traversals: await traversalSheet(
    model,
    tf.tidy(() => model.encode(a.x.slice(0, 1))),
  ),
  manifold: await latentManifold(model, { dimensions: [busiest[0]!, busiest[1]!] }),
};
for (const [name, picture] of Object.entries(sheets)) await savePicture(join(out, `${name}.png`), picture);

const nats = (value: number): string => value.toFixed(1);
console.log(`Test −ELBO ${nats(-elbo.mean)} nats = reconstruction ${nats(reconstruction.mean)} + KL ${nats(kl.mean)}`);
console.log(
  `${relative(".", out)}: ${Object.keys(sheets).join(", ")} (.png), history.jsonl, model.safetensors, report.html`,
);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s in all.`);
