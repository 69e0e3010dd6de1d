/**
 * Does the critic of a WGAN-GP know how good the samples are? Its estimate beside a distance of samples to held-out data:
 * sliced Wasserstein on a grid of Gaussians, FID on digits.
 *
 *     pnpm --filter @latentkit/example-wgan-gp start
 *     … start --data mnist --steps 3000 --clip 0.05 --rate 2e-4 --out runs/wgan
 */
import { parseArgs } from "node:util";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { random, type TrainingEvent } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { wassersteinGan, wassersteinGanGp } from "@latentkit/gan";
import { rankCorrelation } from "@latentkit/metrics";
import { abortOnInterrupt, adam, progressBar, rmsprop, train } from "@latentkit/training";
import { lineChart, reportHtml, sampleSheet, savePicture } from "@latentkit/viz";
import { task } from "./tasks.js";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "grid" },
    steps: { type: "string", default: "2000" },
    seed: { type: "string", default: "0" },
    clip: { type: "string" },
    rate: { type: "string" },
    looks: { type: "string", default: "40" },
    out: { type: "string", default: "runs/wgan-gp" },
    executor: { type: "string", default: "onnx" },
    threads: { type: "string", default: "1" },
  },
});
const [steps, seed] = [Number(values.steps), Number(values.seed)];
await useBackend();

const { data, networks, batchSize, penaltyWeight, distanceName, distance, judge, ...advised } = await task(
  values.data,
  seed,
);
const learningRate = Number(values.rate ?? advised.learningRate);
const model =
  values.clip === undefined
    ? wassersteinGanGp({ ...networks, penaltyWeight })
    : wassersteinGan({ ...networks, clip: Number(values.clip) });
// Each paper's own rule; that of clipping found momentum to unsettle the critic.
const optimizers = values.clip === undefined ? adam({ learningRate, beta1: 0, beta2: 0.9 }) : rmsprop({ learningRate });

const looks: { step: number; estimate: number; distance: number }[] = [];
const watch = {
  name: "watch",
  every: Math.max(1, Math.floor(steps / Number(values.looks))),
  async onStep({ step, logs }: TrainingEvent) {
    const samples = model.sample(2000, random(seed).at(step).stream("look"));
    looks.push({ step, estimate: logs["discriminator/distance"]!, distance: await distance(samples) });
    samples.dispose();
  },
};
const { step: done, history } = await train(model, data, {
  steps,
  batchSize,
  seed,
  optimizers,
  callbacks: [watch, progressBar()],
  // Ctrl-C ends the run early, and what follows shows how far it came.
  signal: abortOnInterrupt(),
  ...(values.executor === "onnx" ? { executor: onnx({ threads: Number(values.threads) }) } : {}),
});

const series = (key: "estimate" | "distance", name: string) => ({
  name,
  x: looks.map(({ step }) => step),
  y: looks.map((look) => look[key]),
});
const chart = lineChart({
  series: [series("estimate", "critic's estimate"), series("distance", distanceName)],
  title: "What the critic says and what is true",
  xLabel: "step",
  yLabel: "distance",
  logY: true,
});
// The critic starts knowing nothing: its first tenth of the run is its own learning, not the generator's.
const settled = looks.slice(Math.ceil(looks.length / 10));
const correlation = rankCorrelation(
  settled.map(({ estimate }) => estimate),
  settled.map(({ distance }) => distance),
);
console.log(
  `rank correlation of estimate and ${distanceName} over the last ${settled.length} of ${looks.length} looks: ${correlation.toFixed(3)}`,
);
const samples = model.sample(2500, random(seed).stream("evaluation"));
const verdict = await judge(samples);
console.log(`${verdict}; ${values.out}/report.html`);
if (values.data !== "grid")
  await savePicture(await sampleSheet(model, { seed }), files.join(values.out, "samples.png"));
samples.dispose();
const write = (name: string, text: string) =>
  files.writeBytes(files.join(values.out, name), new TextEncoder().encode(text));
const result = {
  data: values.data,
  steps: done,
  seed,
  clip: values.clip ?? null,
  learningRate,
  correlation,
  verdict,
  looks,
};
await write("result.json", `${JSON.stringify(result, null, 2)}\n`);
await write("looks.svg", chart);
const report = reportHtml({
  title: `${values.clip === undefined ? "WGAN-GP" : "WGAN"} on ${values.data}`,
  facts: { Run: { steps: done, seed } },
  metrics: [
    { name: "rank correlation", value: correlation, note: `of estimate and ${distanceName}`, headline: true },
    { name: "samples", value: verdict, headline: true },
  ],
  history,
  figures: [{ title: "Distance", content: chart, alt: `The critic's estimate and the ${distanceName} over the steps` }],
});
await write("report.html", report);
