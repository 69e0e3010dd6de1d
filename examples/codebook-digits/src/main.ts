/**
 * Digits as 7×7 code numbers: a VQ-VAE learns the codes, a gated PixelCNN that is told classes learns which maps of codes are digits, and
 * both together draw. Sheets of reconstructions, samples and classes; perplexity, share of codes in use, bits a dimension of binarised
 * test images.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-codebook-digits start --epochs 4 --images 20000
 */
import { parseArgs } from "node:util";
import { gatedPixelCnn } from "@latentkit/autoregressive";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { random, saveModel } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { binarize, codeDataset, glyphs, mnist } from "@latentkit/data";
import { mapDecoder, mapEncoder } from "@latentkit/layers";
import { categorical, finiteScalarQuantizer, vectorQuantizer, withCodePrior } from "@latentkit/losses";
import { evidenceLowerBound } from "@latentkit/metrics";
import { abortOnInterrupt, adam, progressBar, train } from "@latentkit/training";
import { codebookHealth, vqVae } from "@latentkit/vae";
import { imageGrid, savePicture } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "mnist" },
    images: { type: "string", default: "20000" },
    epochs: { type: "string", default: "4" },
    "prior-epochs": { type: "string", default: "12" },
    "batch-size": { type: "string", default: "64" },
    codes: { type: "string", default: "128" },
    dim: { type: "string", default: "16" },
    filters: { type: "string", default: "16,32" },
    width: { type: "string", default: "32" },
    layers: { type: "string", default: "4" },
    quantizer: { type: "string", default: "vq" },
    temperature: { type: "string", default: "1" },
    seed: { type: "string", default: "0" },
    "test-examples": { type: "string", default: "2000" },
    threads: { type: "string", default: "1" },
    out: { type: "string", default: "runs/codebook-digits" },
  },
});
const [seed, batchSize, codes] = [Number(values.seed), Number(values["batch-size"]), Number(values.codes)];
await useBackend();

const real = values.data === "mnist";
const all = real ? await mnist({ split: "train" }) : glyphs({ count: Number(values.images), seed: 1 });
const data = all.take(Number(values.images)).map(binarize());
const test = real ? await mnist({ split: "test" }) : glyphs({ count: Number(values["test-examples"]), seed: 2 });
const heldOut = test.take(Number(values["test-examples"])).map(binarize());

const quantizer =
  values.quantizer === "fsq"
    ? finiteScalarQuantizer({ levels: [8, 5, 5] })
    : vectorQuantizer({ codes, dim: Number(values.dim), restart: { below: 2 }, seed });
const filters = values.filters.split(",").map(Number);
const size = 28 / 2 ** filters.length;
const model = vqVae({
  encoder: mapEncoder({ inputShape: [28, 28, 1], filters, channels: quantizer.dim, seed }),
  decoder: mapDecoder({
    inputShape: [size, size, quantizer.dim],
    ...{ filters: filters.toReversed(), outputShape: [28, 28, 1], seed },
  }),
  quantizer,
});
const shared = {
  ...{ batchSize, seed, optimizers: adam({ learningRate: 1e-3 }), signal: abortOnInterrupt() },
  executor: onnx({ threads: Number(values.threads) }),
};
const timed = async (what: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await what();
  return Math.round((performance.now() - started) / 1000);
};

const health = codebookHealth(model);
const autoencoderSeconds = await timed(() =>
  train(model, data.select(["x"]), { ...shared, epochs: Number(values.epochs), callbacks: [progressBar(), health] }),
);

// The prior learns the code maps of the training images, and which class each belongs to.
const likelihood = categorical(model.codeCount, { high: model.codeCount - 1 });
const prior = gatedPixelCnn({
  inputShape: model.codeShape,
  ...{ likelihood, width: Number(values.width), layers: Number(values.layers), seed },
  given: { label: { classes: 10 } },
});
const priorSeconds = await timed(async () =>
  train(prior, await codeDataset(model, data), {
    ...{ ...shared, epochs: Number(values["prior-epochs"]), callbacks: [progressBar()] },
  }),
);
const whole = withCodePrior(model, prior);
await saveModel(whole, files.join(values.out, "model.safetensors"));

const save = async (name: string, sheet: tf.Tensor, columns: number): Promise<void> => {
  await savePicture(await imageGrid(sheet, { columns }), files.join(values.out, name));
  sheet.dispose();
};
const draw = (name: string, count: number, label: readonly number[]): Promise<tf.Tensor> =>
  whole.sample({
    ...{ count, random: random(seed).stream(name), given: { label } },
    temperature: Number(values.temperature),
  });
const { x } = heldOut.gather(Array.from({ length: 20 }, (_, i) => i));
await save(
  "reconstructions.png",
  tf.tidy(() => tf.concat([x, model.reconstruct(x)])),
  20,
);
const rows = Array.from({ length: 100 }, (_, i) => Math.floor(i / 10));
await save("classes.png", await draw("classes", 100, rows), 10);
const any = Array.from({ length: 64 }, (_, i) => (i * 7) % 10);
await save("samples.png", await draw("samples", 64, any), 8);

// Perplexity and share in use over all codes of the held-out images.
const chosen = (await codeDataset(model, heldOut)).values("x");
const counts = new Array<number>(model.codeCount).fill(0);
for (const code of chosen) counts[code]!++;
const entropy = counts.reduce((sum, count) => {
  const share = count / chosen.length;
  return share === 0 ? sum : sum - share * Math.log(share);
}, 0);
const [bound, uniform] = [await evidenceLowerBound(whole, heldOut), await evidenceLowerBound(model, heldOut)];
const bits = (nats: number): number => nats / (784 * Math.LN2);
const result = {
  ...{ data: values.data, images: Number(values.images), epochs: Number(values.epochs), seed, batchSize },
  ...{
    priorEpochs: Number(values["prior-epochs"]),
    quantizer: quantizer.name,
    codes: model.codeCount,
    autoencoderSeconds,
  },
  ...{
    priorSeconds,
    reconstructionNats: uniform.reconstruction.mean,
    reconstructionError: uniform.reconstruction.standardError,
  },
  ...{ codeNats: bound.kl.mean, boundNats: -bound.elbo.mean, boundError: bound.elbo.standardError },
  ...{ bitsPerDimension: bits(-bound.elbo.mean), withEqualCodes: bits(-uniform.elbo.mean) },
  ...{ perplexity: Math.exp(entropy), used: counts.filter((count) => count > 0).length / model.codeCount },
  ...{ examples: bound.elbo.count, findings: health.findings.map(({ message }) => message) },
};
console.log(JSON.stringify(result, null, 2));
await files.writeBytes(
  files.join(values.out, "result.json"),
  new TextEncoder().encode(`${JSON.stringify(result, null, 2)}\n`),
);
