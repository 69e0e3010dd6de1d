/**
 * WGAN-GP on a grid of Gaussians: the critic's estimate beside the sliced Wasserstein distance of its samples.
 *
 *     pnpm --filter @latentkit/example-wgan-gp start
 *     … start --steps 5000 --clip 0.1 --out runs/wgan-gp
 */
import { parseArgs } from "node:util";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { random, type TrainingEvent } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { grid } from "@latentkit/data";
import { mlpDiscriminator, mlpGenerator, wassersteinGan, wassersteinGanGp } from "@latentkit/gan";
import { mixtureCoverage, rankCorrelation, slicedWasserstein } from "@latentkit/metrics";
import { abortOnInterrupt, adam, progressBar, train } from "@latentkit/training";
import { lineChart, reportHtml } from "@latentkit/viz";
import type * as tf from "@tensorflow/tfjs";

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "2000" },
    seed: { type: "string", default: "0" },
    clip: { type: "string" },
    looks: { type: "string", default: "40" },
    out: { type: "string", default: "runs/wgan-gp" },
    executor: { type: "string", default: "onnx" },
  },
});
const [steps, seed] = [Number(values.steps), Number(values.seed)];
await useBackend();

const data = grid({ count: 50_000, seed });
const networks = {
  generator: mlpGenerator({ latentDim: 2, hiddenUnits: [128, 128], outputShape: [2], seed }),
  discriminator: mlpDiscriminator({ inputShape: [2], hiddenUnits: [128, 128], activation: "relu", seed }),
};
const model =
  values.clip === undefined
    ? wassersteinGanGp({ ...networks, penaltyWeight: 0.1 })
    : wassersteinGan({ ...networks, clip: Number(values.clip) });

let reference: tf.Tensor | undefined;
for await (const { x, label } of grid({ count: 2000, seed: seed + 1 }).batches({ batchSize: 2000 })) {
  reference = x;
  label.dispose();
}
const looks: { step: number; estimate: number; distance: number }[] = [];
const watch = {
  name: "watch",
  every: Math.max(1, Math.floor(steps / Number(values.looks))),
  readsWeights: true,
  async onStep({ step, logs }: TrainingEvent) {
    const samples = model.sample(2000, random(seed).at(step).stream("look"));
    const distance = await slicedWasserstein(reference!, samples);
    samples.dispose();
    looks.push({ step, estimate: logs["discriminator/distance"]!, distance });
  },
};
const { step: done, history } = await train(model, data, {
  steps,
  batchSize: 256,
  seed,
  optimizers: adam({ learningRate: 5e-4, beta1: 0, beta2: 0.9 }),
  callbacks: [watch, progressBar()],
  // Ctrl-C ends the run early, and what follows shows how far it came.
  signal: abortOnInterrupt(),
  ...(values.executor === "onnx" ? { executor: onnx() } : {}),
});

const series = (key: "estimate" | "distance", name: string) => ({
  name,
  x: looks.map(({ step }) => step),
  y: looks.map((look) => look[key]),
});
const chart = lineChart({
  series: [series("estimate", "critic's estimate"), series("distance", "sliced Wasserstein")],
  title: "What the critic says and what is true",
  xLabel: "step",
  yLabel: "distance (units of the data)",
});
// The critic starts knowing nothing: its first tenth of the run is its own learning, not the generator's.
const settled = looks.slice(Math.ceil(looks.length / 10));
const correlation = rankCorrelation(
  settled.map(({ estimate }) => estimate),
  settled.map(({ distance }) => distance),
);
const samples = model.sample(2500, random(seed).stream("evaluation"));
const { modes, highQuality } = await mixtureCoverage(samples, { centres: data.info.centres, deviation: 0.05 });
console.log(
  `rank correlation of estimate and distance over the last ${settled.length} of ${looks.length} looks: ${correlation.toFixed(3)}`,
);
console.log(`${modes}/25 modes, ${(100 * highQuality).toFixed(1)} % of samples within 3σ; ${values.out}/report.html`);
const result = { steps: done, seed, clip: values.clip ?? null, correlation, modes, highQuality, looks };
await files.writeBytes(
  files.join(values.out, "result.json"),
  new TextEncoder().encode(`${JSON.stringify(result, null, 2)}\n`),
);
const report = reportHtml({
  title: values.clip === undefined ? "WGAN-GP on a grid of 25" : "WGAN on a grid of 25",
  facts: { Run: { steps: done, seed } },
  metrics: [
    { name: "rank correlation", value: correlation, note: "of estimate and distance", headline: true },
    { name: "modes", value: `${modes} of 25`, headline: true },
    { name: "within 3σ", value: highQuality, note: "share of samples" },
  ],
  history,
  figures: [
    {
      title: "Distance",
      content: chart,
      alt: "The critic's estimate and the sliced Wasserstein distance over the steps",
    },
  ],
});
await files.writeBytes(files.join(values.out, "report.html"), new TextEncoder().encode(report));
