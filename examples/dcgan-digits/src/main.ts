/**
 * DCGAN on digits: pictures of the same latents as it learns, and FID against held-out images beside its floor.
 *
 *     pnpm --filter @latentkit/example-dcgan-digits start
 *     … start --data mnist --seed 1 --out runs/dcgan-digits
 */
import { parseArgs } from "node:util";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { interpolateCodes, random, type TrainingEvent } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { glyphs, mnist } from "@latentkit/data";
import { ganDiagnostics, nonSaturatingGan, standingStatistics } from "@latentkit/gan";
import { dcganDiscriminator, dcganGenerator } from "@latentkit/layers";
import { classCoverage, featureMoments, frechetDistanceOfMoments } from "@latentkit/metrics";
import { abortOnInterrupt, adam, progressBar, train } from "@latentkit/training";
import { filmStrip, imageGrid, lossCurves, reportHtml, sampleSheet, savePicture } from "@latentkit/viz";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "glyphs" },
    steps: { type: "string", default: "3000" },
    seed: { type: "string", default: "0" },
    fid: { type: "string", default: "5000" },
    looks: { type: "string", default: "8" },
    filters: { type: "string", default: "64,32" },
    out: { type: "string", default: "runs/dcgan-digits" },
    executor: { type: "string", default: "onnx" },
    threads: { type: "string", default: "1" },
  },
});
const [steps, seed, count] = [Number(values.steps), Number(values.seed), Number(values.fid)];
const filters = values.filters.split(",").map(Number);
await useBackend();

const real = values.data === "mnist";
const data = real ? await mnist({ split: "train" }) : glyphs({ count: 20_000, seed: 1 });
const heldOut = real ? await mnist({ split: "test" }) : glyphs({ count: 10_000, seed: 2 });

const model = nonSaturatingGan({
  generator: dcganGenerator({ latentDim: 64, outputShape: [28, 28, 1], filters, seed }),
  discriminator: dcganDiscriminator({ inputShape: [28, 28, 1], filters: filters.toReversed(), seed }),
});

const reference = await featureMoments(heldOut, { limit: count });
const floor = frechetDistanceOfMoments(reference, await featureMoments(data, { limit: count }));
const fid = async (): Promise<number> => {
  const samples = model.sample(count, random(seed).stream("fid"));
  const distance = frechetDistanceOfMoments(reference, await featureMoments(samples));
  samples.dispose();
  return distance;
};

const every = Math.max(1, Math.floor(steps / Number(values.looks)));
const measured: { step: number; fid: number }[] = [];
const watch = {
  name: "watch",
  every,
  async onStep({ step }: TrainingEvent) {
    measured.push({ step, fid: await fid() });
    console.log(`step ${step}: FID ${measured.at(-1)!.fid.toFixed(2)}`);
  },
};
const film = filmStrip({ folder: values.out, every, draw: () => model.sample(16, random(seed).stream("film")) });

console.log(`FID of ${count} real images against as many held-out ones: ${floor.toFixed(2)}`);
const {
  history,
  averages,
  step: done,
} = await train(model, data, {
  steps,
  batchSize: 64,
  seed,
  optimizers: adam({ learningRate: 2e-4, beta1: 0.5 }),
  ema: 0.999,
  callbacks: [watch, film, progressBar(), ganDiagnostics(model, { every: Math.max(1, Math.floor(steps / 20)) })],
  // Ctrl-C ends the run early, and what follows shows how far it came.
  signal: abortOnInterrupt(),
  ...(values.executor === "onnx" ? { executor: onnx({ threads: Number(values.threads) }) } : {}),
});
averages?.commit();
// Batch normalisation still has the statistics of the last weights.
standingStatistics(model.networks.generator, (noise) => noise.normal([64, 64]));
averages?.dispose();

const out = (name: string) => files.join(values.out, name);
const sheet = await sampleSheet(model, { count: 100, seed });
await savePicture(sheet, out("samples.png"));
const [from, to] = [random(seed).stream("from").normal([8, 64]), random(seed).stream("to").normal([8, 64])];
const morphs = model.decode(interpolateCodes(from, to, 12, "spherical"));
const morph = await imageGrid(morphs, { columns: 12 });
await savePicture(morph, out("interpolation.png"));
const curves = lossCurves(history, {
  values: ["discriminator/real", "discriminator/fake"],
  title: "D(x) and D(G(z))",
  yLabel: "probability of being real",
});

const final = await fid();
const samples = model.sample(count, random(seed).stream("coverage"));
const { modes, reverseKl } = await classCoverage(samples);
console.log(
  `FID ${final.toFixed(2)} with averaged weights (floor ${floor.toFixed(2)}); ${modes}/10 classes, reverse KL ${reverseKl.toFixed(3)}`,
);
const result = { data: values.data, steps: done, seed, count, filters, floor, measured, final, modes, reverseKl };
await files.writeBytes(out("result.json"), new TextEncoder().encode(`${JSON.stringify(result, null, 2)}\n`));
const report = reportHtml({
  title: `DCGAN on ${values.data}`,
  facts: { Run: { data: values.data, steps: done, seed, filters: filters.join(", ") } },
  metrics: [
    { name: "FID", value: final, note: `${count} samples, the digit classifier's features`, headline: true },
    { name: "FID of real images", value: floor, note: "the floor: as many others of them", headline: true },
    { name: "classes found", value: modes, note: "of 10" },
  ],
  history,
  figures: [
    { title: "Samples", content: sheet, alt: "A hundred images that the generator drew" },
    { title: "Interpolation", content: morph, alt: "Rows of images that morph from the first to the last" },
    { title: "D(x) and D(G(z))", content: curves, alt: "Both means over the steps; they meet at one half in balance" },
  ],
});
await files.writeBytes(out("report.html"), new TextEncoder().encode(report));
console.log(`Pictures, report.html and result.json are in ${values.out}.`);
