/**
 * A gated PixelCNN that is told classes: a film strip of digits being drawn pixel by pixel, completions of upper halves, a sheet with a
 * row for each class, and the negative log-likelihood of binarised test images.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-pixel-digits start --data mnist --steps 2000
 */
import { parseArgs } from "node:util";
import { gatedPixelCnn } from "@latentkit/autoregressive";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { random, saveModel } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { binarize, glyphs, mnist } from "@latentkit/data";
import { logLikelihood } from "@latentkit/metrics";
import { abortOnInterrupt, adam, progressBar, train } from "@latentkit/training";
import { imageGrid, savePicture } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "glyphs" },
    steps: { type: "string", default: "1000" },
    "batch-size": { type: "string", default: "32" },
    width: { type: "string", default: "16" },
    layers: { type: "string", default: "5" },
    seed: { type: "string", default: "0" },
    "test-examples": { type: "string", default: "1000" },
    threads: { type: "string", default: "1" },
    out: { type: "string", default: "runs/pixel-digits" },
  },
});
const [steps, seed] = [Number(values.steps), Number(values.seed)];
await useBackend();

const real = values.data === "mnist";
const data = (real ? await mnist({ split: "train" }) : glyphs({ count: 10_000, seed: 1 })).map(binarize());
const heldOut = (real ? await mnist({ split: "test" }) : glyphs({ count: 1_000, seed: 2 })).map(binarize());

const model = gatedPixelCnn({
  inputShape: [28, 28, 1],
  ...{ width: Number(values.width), layers: Number(values.layers), seed },
  given: { label: { classes: 10 } },
});
const started = performance.now();
await train(model, data, {
  ...{ steps, batchSize: Number(values["batch-size"]), seed },
  optimizers: adam({ learningRate: 1e-3 }),
  callbacks: [progressBar()],
  executor: onnx({ threads: Number(values.threads) }),
  signal: abortOnInterrupt(),
});
const trained = (performance.now() - started) / 1000;
await saveModel(model, files.join(values.out, "model.safetensors"));

const save = async (name: string, sheet: tf.Tensor, columns: number): Promise<void> => {
  await savePicture(await imageGrid(sheet, { columns }), files.join(values.out, name));
  sheet.dispose();
};

// A row for each class, and how they came to be: eight moments of one digit of each class.
const classes = Array.from({ length: 10 }, (_, digit) => digit);
const rows = classes.flatMap((digit) => Array.from({ length: 10 }, () => digit));
const noise = random(seed).stream("sheet");
const drawing = performance.now();
await save("classes.png", await model.sample({ count: 100, random: noise, given: { label: rows } }), 10);
const seconds = (performance.now() - drawing) / 1000;

const moments: tf.Tensor[] = [];
const strip = await model.sample({
  ...{ count: 10, random: random(seed).stream("strip"), given: { label: classes } },
  onProgress({ done, total, picture }) {
    if (done >= ((moments.length + 1) * total) / 8) moments.push(picture());
  },
});
await save(
  "strip.png",
  tf.tidy(() => tf.reshape(tf.stack(moments, 1), [10 * moments.length, 28, 28, 1])),
  moments.length,
);
tf.dispose([strip, ...moments]);

// Test images, their upper halves, and three ways on from there.
const { x, label } = heldOut.gather(Array.from({ length: 10 }, (_, i) => i));
const upper = tf.tidy(() => tf.tile(tf.cast(tf.less(tf.range(0, 28), 14), "float32").reshape([28, 1]), [1, 28]));
const known = tf.tidy(() => tf.mul(x!, tf.reshape(upper, [1, 28, 28, 1])));
const ways: tf.Tensor[] = [];
for (let i = 0; i < 3; i++) {
  const source = random(seed).stream(`completion ${i}`);
  ways.push(await model.sample({ count: 10, random: source, given: { label: label! }, known, mask: upper }));
}
await save(
  "completions.png",
  tf.tidy(() => tf.concat([x!, known, ...ways])),
  10,
);

const likelihood = await logLikelihood(model, heldOut.take(Number(values["test-examples"])), { batchSize: 50 });
const result = {
  ...{ data: values.data, steps, seed, width: Number(values.width), layers: Number(values.layers) },
  ...{ batchSize: Number(values["batch-size"]), trainingSeconds: Math.round(trained) },
  ...{ negativeLogLikelihood: -likelihood.mean, standardError: likelihood.standardError, examples: likelihood.count },
  secondsFor100Samples: seconds,
};
console.log(JSON.stringify(result, null, 2));
await files.writeBytes(
  files.join(values.out, "result.json"),
  new TextEncoder().encode(`${JSON.stringify(result, null, 2)}\n`),
);
