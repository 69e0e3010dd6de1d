/**
 * A conditional DCGAN: one row for each class that is asked for, and how often a classifier agrees.
 *
 *     pnpm --filter @latentkit/example-conditional-digits start
 *     … start --data mnist --model auxiliary --out runs/conditional-digits
 */
import { parseArgs } from "node:util";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { random } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { glyphs, mnist } from "@latentkit/data";
import { auxiliaryClassifierGan, conditionalGan, standingStatistics } from "@latentkit/gan";
import { dcganDiscriminator, dcganGenerator } from "@latentkit/layers";
import { digitClassifier, frechetDistance } from "@latentkit/metrics";
import { abortOnInterrupt, adam, progressBar, train } from "@latentkit/training";
import { imageGrid, savePicture } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "glyphs" },
    model: { type: "string", default: "conditional" },
    steps: { type: "string", default: "6000" },
    seed: { type: "string", default: "0" },
    filters: { type: "string", default: "64,32" },
    out: { type: "string", default: "runs/conditional-digits" },
    executor: { type: "string", default: "onnx" },
    threads: { type: "string", default: "1" },
  },
});
const [steps, seed] = [Number(values.steps), Number(values.seed)];
const filters = values.filters.split(",").map(Number);
await useBackend();

const real = values.data === "mnist";
const data = real ? await mnist({ split: "train" }) : glyphs({ count: 20_000, seed: 1 });
const heldOut = real ? await mnist({ split: "test" }) : glyphs({ count: 10_000, seed: 2 });

const image = [28, 28, 1] as const;
const generator = dcganGenerator({ latentDim: 64, outputShape: image, filters, classes: 10, seed });
const common = { inputShape: image, filters: filters.toReversed(), seed };
const model =
  values.model === "auxiliary"
    ? auxiliaryClassifierGan({ generator, discriminator: dcganDiscriminator({ ...common, heads: [10] }) })
    : conditionalGan({ generator, discriminator: dcganDiscriminator({ ...common, classes: 10 }) });

const { averages, step: done } = await train(model, data, {
  steps,
  batchSize: 64,
  seed,
  optimizers: adam({ learningRate: 2e-4, beta1: 0.5 }),
  ema: 0.999,
  callbacks: [progressBar()],
  // Ctrl-C ends the run early, and what follows shows how far it came.
  signal: abortOnInterrupt(),
  ...(values.executor === "onnx" ? { executor: onnx({ threads: Number(values.threads) }) } : {}),
});
averages?.commit();
// Batch normalisation still has the statistics of the last weights.
const balanced = Array.from({ length: 60 }, (_, i) => i % 10);
standingStatistics(generator, (noise) => [noise.normal([60, 64]), tf.oneHot(balanced, 10).toFloat()]);
averages?.dispose();

const classes = Array.from({ length: 10 }, (_, digit) => digit);
const rows = classes.flatMap((digit) => Array.from({ length: 12 }, () => digit));
const sheet = model.sample({ count: rows.length, random: random(seed).stream("sheet"), given: { label: rows } });
const path = files.join(values.out, "classes.png");
await savePicture(await imageGrid(sheet, { columns: 12, rowLabels: classes.map(String) }), path);
sheet.dispose();

/** How often the classifier sees the class that was asked for, 200 samples each; on real images it is right as often as stated. */
const classifier = await digitClassifier();
const agreement: number[] = [];
for (const digit of classes) {
  const samples = model.sample({ count: 200, random: random(seed).stream(`class ${digit}`), given: { label: digit } });
  const hits = tf.tidy(() => tf.mean(tf.cast(tf.equal(tf.argMax(classifier.classify(samples), 1), digit), "float32")));
  agreement.push((await hits.data())[0]!);
  tf.dispose([samples, hits]);
}
const mean = agreement.reduce((sum, share) => sum + share, 0) / 10;
const samples = model.sample(2000, random(seed).stream("fid"));
const fid = await frechetDistance(heldOut, samples, { limit: 2000 });
console.log(
  `the wanted class in ${(100 * mean).toFixed(2)} % of samples; by class: ${agreement.map((a) => a.toFixed(3)).join(" ")}`,
);
console.log(`FID of 2,000 samples ${fid.toFixed(2)}; ${path}`);
const result = { data: values.data, model: values.model, steps: done, seed, filters, mean, agreement, fid };
await files.writeBytes(
  files.join(values.out, "result.json"),
  new TextEncoder().encode(`${JSON.stringify(result, null, 2)}\n`),
);
