/**
 * StyleGAN2 or StyleGAN on pixel faces, at the size they are drawn at: samples as it learns, styles mixed afterwards, and
 * the sliced Wasserstein distance between samples and held-out faces beside its floor.
 *
 *     pnpm --filter @latentkit/example-pixel-faces start
 *     … start --model styleGan --steps 5000 --seed 1 --out runs/pixel-faces
 */
import { parseArgs } from "node:util";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { random } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { pixelFaces } from "@latentkit/data";
import { type StyleGan, styleGan, styleGan2 } from "@latentkit/gan";
import { styleDiscriminator, styleMapping, styleSynthesis } from "@latentkit/layers";
import { slicedWasserstein } from "@latentkit/metrics";
import { abortOnInterrupt, adam, progressBar, train } from "@latentkit/training";
import { filmStrip, imageGrid, sampleSheet, savePicture } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";

const { values } = parseArgs({
  options: {
    model: { type: "string", default: "styleGan2" },
    size: { type: "string", default: "16" },
    steps: { type: "string", default: "3000" },
    batch: { type: "string", default: "32" },
    filters: { type: "string", default: "48,48,32" },
    r1: { type: "string", default: "0.1" },
    seed: { type: "string", default: "0" },
    out: { type: "string", default: "runs/pixel-faces" },
    threads: { type: "string", default: "2" },
  },
});
const [steps, batchSize, seed] = [Number(values.steps), Number(values.batch), Number(values.seed)];
const size = Number(values.size) as 16 | 32;
await useBackend("wasm");

const faces = (count: number, of: number) => pixelFaces({ count, seed: of, size });
const [data, heldOut, others] = [await faces(10_000, 1), await faces(1000, 2), await faces(1000, 3)];

const shape = [size, size, 3];
const filters = values.filters.split(",").map(Number);
const instance = values.model === "styleGan";
const networks = {
  mapping: styleMapping({ latentDim: 32, styleDim: 48, depth: 2, seed }),
  synthesis: styleSynthesis({
    ...{ outputShape: shape, styleDim: 48, filters, seed },
    modulation: instance ? "instance" : "demodulation",
  }),
  discriminator: styleDiscriminator({ inputShape: shape, filters, seed }),
};
const options = { ...networks, r1Weight: Number(values.r1), styleMixing: 0.5 };
const model: StyleGan = instance ? styleGan(options) : styleGan2(options);

const film = filmStrip({
  folder: values.out,
  every: Math.max(1, Math.floor(steps / 8)),
  draw: () => model.sample({ count: 12, random: random(seed).stream("film"), temperature: 0.8 }),
});
const started = performance.now();
const { averages, step } = await train(model, data, {
  ...{ steps, batchSize, seed, ema: 0.998, logEvery: 50 },
  optimizers: adam({ learningRate: 2e-3, beta1: 0, beta2: 0.99 }),
  callbacks: [progressBar(), film],
  signal: abortOnInterrupt(),
  executor: onnx({ threads: Number(values.threads) }),
});
const seconds = (performance.now() - started) / 1000;
averages?.commit();
averages?.dispose();

const out = (name: string) => files.join(values.out, name);
await savePicture(await sampleSheet(model, { count: 64, seed, upscale: 3 }), out("samples.png"));

// Style mixing: rows give the shape, columns the colours.
const [rows, columns] = [5, 8];
const codes = (name: string, count: number) => model.map(random(seed).stream(name).normal([count, 32]));
const [shapes, colours] = [codes("shapes", rows), codes("colours", columns)];
const mixed = tf.tidy(() => {
  const a = tf.concat(Array.from({ length: rows }, (_, i) => tf.tile(tf.slice(shapes, i, 1), [columns, 1])));
  const b = tf.tile(colours, [rows, 1]);
  const fine = Array.from({ length: model.styleCount }, (_, place) => place).slice(model.styleCount - 2);
  return model.synthesise(model.mix(a as tf.Tensor2D, b as tf.Tensor2D, fine), { truncation: 0.8 });
});
await savePicture(await imageGrid(mixed, { columns, upscale: 3 }), out("mixing.png"));

const samples = await model.sample({ count: 1000, random: random(seed).stream("distance") });
const distance = await slicedWasserstein(samples, heldOut);
const floor = await slicedWasserstein(others, heldOut);
const result = { model: model.kind, size, steps: step, images: step * batchSize, seed, filters, distance, floor };
console.log(JSON.stringify({ ...result, seconds: Math.round(seconds) }));
