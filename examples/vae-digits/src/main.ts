/**
 * Trains a VAE on digits and shows what it has learnt: samples, reconstructions, morphs, what each dimension of the code
 * means, and the manifold. `npm run quickstart` runs this; `--help` lists the options.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { useBackend } from "@latentkit/backends";
import { type Callback, cosineSchedule, random, saveModel } from "@latentkit/core";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { activeUnits, evidenceLowerBound } from "@latentkit/metrics";
import { abortOnInterrupt, adam, jsonLines, progressBar, train } from "@latentkit/training";
import { vae } from "@latentkit/vae";
import { filmStrip, type ReportMetric, report } from "@latentkit/viz";
import { explainErrors } from "./explain-errors.js";
import { figures } from "./figures.js";
import { digits, readOptions } from "./options.js";

explainErrors();
const started = performance.now();
const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;
const { out, resume, ...options } = await readOptions();
const backend = await useBackend(options.backend);
await mkdir(out, { recursive: true });
await writeFile(join(out, "options.json"), `${JSON.stringify(options, null, 2)}\n`);

const { seed, latent: latentDim } = options;
const [data, test] = await digits(options);
// Deep enough to sort digits from styles; the code is small, so that most codes that the prior draws are digits.
const shape = { latentDim, seed };
const model = vae({
  encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], hiddenUnits: [512, 256, 128], ...shape }),
  decoder: mlpDecoder({ outputShape: [28, 28, 1], hiddenUnits: [128, 256, 512], ...shape }),
});

const measure = async (): Promise<ReportMetric[]> => {
  const { elbo, reconstruction, kl } = await evidenceLowerBound(model, test, { seed });
  const { active } = await activeUnits(model, test);
  const nats = ({ mean: value, standardError }: typeof elbo) => ({ value, standardError, unit: "nats" });
  return [
    { name: "Test ELBO", ...nats(elbo), note: `${elbo.count} images; log p(x) is at least this`, headline: true },
    { name: "Reconstruction", ...nats(reconstruction), note: "−E log p(x|z)", headline: true },
    { name: "KL divergence", ...nats(kl), note: "what the code says about an image", headline: true },
    { name: "Active dimensions", value: active, note: `of ${latentDim}` },
  ];
};
let metrics: readonly ReportMetric[] = [];

const batchSize = 64;
const steps = options.epochs ? options.epochs * Math.floor(data.size / batchSize) : options.steps;
const decay = cosineSchedule({ from: 3e-3, steps });
/** For logs and pipes, where no bar can be drawn. */
const lines: Callback = {
  name: "lines",
  every: 200,
  onStep({ step, logs }) {
    if (!process.stderr.isTTY)
      console.log(`step ${step} of ${steps}: ${logs["vae/loss"]?.toFixed(1)} nats, ${seconds()}`);
  },
};
console.log(`Training on ${data.size} images (${options.data}) for ${steps} steps on ${backend.name}.`);
const result = await train(model, data.select(["x"]), {
  steps,
  batchSize,
  seed,
  // The rate rises over 200 steps: a network this deep does not bear the full rate from the start.
  optimizers: adam({ learningRate: (step) => decay(step) * Math.min(1, (step + 1) / 200) }),
  validation: { data: test.select(["x"]), every: 200, batchSize: 500 },
  callbacks: [
    progressBar({ show: ["vae/loss", "vae/reconstruction", "vae/kl"] }),
    lines,
    jsonLines(join(out, "history.jsonl")),
    filmStrip({ folder: out, every: 50, rows: 24, draw: () => model.sample(20, random(seed)) }),
    report({
      path: join(out, "report.html"),
      title: `A VAE on ${options.data}`,
      lead: `${latentDim} numbers for each image of 784 pixels.`,
      facts: { Options: { ...options, steps } },
      lossUnit: "nats per example",
      figures: () => figures(model, test, seed, out),
      metrics: async () => (metrics = await measure()),
    }),
  ],
  checkpoint: { folder: join(out, "checkpoints"), every: 400, keep: 2, resume },
  signal: abortOnInterrupt(),
});
await saveModel(model, join(out, "model.safetensors"));

if (result.stopped === "aborted") console.log(`Stopped after step ${result.step}; continue with --resume ${out}`);
for (const { name, value, unit = "" } of metrics)
  console.log(`${name}: ${Number(value).toFixed(unit ? 1 : 0)} ${unit}`);
console.log(`Samples, reconstructions, interpolation, traversals, manifold and history are in ${resolve(out)}`);
console.log(`Open ${resolve(out, "report.html")} in a browser. ${seconds()} in all.`);
