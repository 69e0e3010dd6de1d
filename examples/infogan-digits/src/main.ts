/**
 * InfoGAN: a categorical code that turns out to be the digit, and two continuous ones that turn out to be its style, all
 * without a label.
 *
 *     pnpm --filter @latentkit/example-infogan-digits start
 *     … start --data mnist --steps 8000 --seed 0 --out runs/infogan-digits
 */
import { parseArgs } from "node:util";
import { useBackend } from "@latentkit/backends";
import { onnx } from "@latentkit/compile";
import { random } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { glyphs, mnist } from "@latentkit/data";
import { categoricalCode, dcganDiscriminator, dcganGenerator, infoGan, uniformCode } from "@latentkit/gan";
import { abortOnInterrupt, adam, progressBar, train } from "@latentkit/training";
import { imageGrid, savePicture } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "glyphs" },
    steps: { type: "string", default: "2000" },
    seed: { type: "string", default: "0" },
    filters: { type: "string", default: "128,64" },
    out: { type: "string", default: "runs/infogan-digits" },
    executor: { type: "string", default: "onnx" },
  },
});
const [steps, seed] = [Number(values.steps), Number(values.seed)];
const filters = values.filters.split(",").map(Number);
await useBackend();

const real = values.data === "mnist";
const data = real ? await mnist({ split: "train" }) : glyphs({ count: 20_000, seed: 1 });
const heldOut = real ? await mnist({ split: "test" }) : glyphs({ count: 10_000, seed: 2 });

const codes = [categoricalCode({ classes: 10 }), uniformCode({ count: 2, deviation: 0.5 })];
const model = infoGan({
  generator: dcganGenerator({ latentDim: 62 + 12, outputShape: [28, 28, 1], filters, seed }),
  discriminator: dcganDiscriminator({ inputShape: [28, 28, 1], filters: filters.toReversed(), heads: [12], seed }),
  codes,
});
const { step: done } = await train(model, data, {
  steps,
  batchSize: 64,
  seed,
  // The paper's two time scales: the discriminator learns five times more slowly.
  optimizers: {
    discriminator: adam({ learningRate: 2e-4, beta1: 0.5 }),
    generator: adam({ learningRate: 1e-3, beta1: 0.5 }),
  },
  callbacks: [progressBar()],
  // Ctrl-C ends the run early, and what follows shows how far it came.
  signal: abortOnInterrupt(),
  ...(values.executor === "onnx" ? { executor: onnx() } : {}),
});

/** Counts of held-out images by digit (rows) and by the code that the recogniser gives them (columns). */
const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
for await (const { x, label } of heldOut.batches({ batchSize: 500 })) {
  const code = tf.tidy(() => tf.argMax(model.recognise(x)[0]!, 1));
  const [found, digits] = [await code.data(), await (label as tf.Tensor).data()];
  for (const [i, digit] of digits.entries()) counts[digit]![found[i]!]!++;
  tf.dispose([x, label as tf.Tensor, code]);
}
// Each code is named after the digit that most of its images show; several codes may name one digit, as in the paper.
const names = counts[0]!.map((_, code) =>
  counts.reduce((best, row, digit) => (row[code]! > counts[best]![code]! ? digit : best), 0),
);
const right = names.reduce((sum, digit, code) => sum + counts[digit]![code]!, 0);
const total = counts.flat().reduce((sum, n) => sum + n, 0);
console.log(
  `the categorical code names the digit of ${((100 * right) / total).toFixed(2)} % of held-out images, without labels`,
);
console.log(`digits of the ten codes: ${names.join(" ")}`);

/** One sheet for each continuous code: rows are categorical codes, columns move the code from −2 to 2. */
const columns = 11;
const grid = (vary: 0 | 1) => {
  const rows = Array.from({ length: 10 }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      const told = [...Array.from({ length: 10 }, (_, i) => Number(i === row)), 0, 0];
      told[10 + vary] = -2 + (4 * column) / (columns - 1);
      return told;
    }),
  ).flat();
  return tf.tidy(() => {
    // The same noise everywhere, so that only the codes differ.
    const noise = tf.tile(random(seed).stream("sheet").normal<tf.Rank.R2>([1, 62]), [rows.length, 1]);
    return model.decode(tf.concat([noise, tf.tensor2d(rows)], 1));
  });
};
for (const vary of [0, 1] as const) {
  const images = grid(vary);
  await savePicture(
    files.join(values.out, `code-${vary + 1}.png`),
    await imageGrid(images, { columns, rowLabels: names.map((digit) => String(digit)) }),
  );
  images.dispose();
}
const result = { data: values.data, steps: done, seed, filters, accuracy: right / total, names, counts };
await files.writeBytes(
  files.join(values.out, "result.json"),
  new TextEncoder().encode(`${JSON.stringify(result, null, 2)}\n`),
);
console.log(`Sheets and result.json are in ${values.out}.`);
