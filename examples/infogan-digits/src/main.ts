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
import { linearSchedule, random, type TrainingEvent } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { glyphs, mnist } from "@latentkit/data";
import { categoricalCode, infoGan, instanceNoise, randomAffine, uniformCode } from "@latentkit/gan";
import { dcganDiscriminator, dcganGenerator } from "@latentkit/layers";
import { abortOnInterrupt, adam, progressBar, train } from "@latentkit/training";
import { imageGrid, savePicture } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { namedDigits } from "./named-digits.js";
import { styleOfCodes } from "./style.js";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "glyphs" },
    steps: { type: "string", default: "2000" },
    seed: { type: "string", default: "0" },
    filters: { type: "string", default: "32,16" },
    out: { type: "string", default: "runs/infogan-digits" },
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

/** Values of noise beside the codes: few, so that telling digits apart is left to the code. */
const NOISE = 16;
const codes = [categoricalCode({ classes: 10 }), uniformCode({ count: 2 })];
/** Real digits are to be told surely too, once the code means something: from 0 at step 1,000 to 0.4 at step 2,500. */
const sureness = linearSchedule({ from: 0, to: 0.4, steps: 1500 });
const image = [28, 28, 1] as const;
const common = { inputShape: image, filters: filters.toReversed(), seed };
const model = infoGan({
  generator: dcganGenerator({ latentDim: NOISE + 12, outputShape: image, filters, seed }),
  // Q's features: what codes look like as a whole, not in single places.
  discriminator: dcganDiscriminator({ ...common, hiddenUnits: [128], heads: [12] }),
  codes,
  dataInformationWeight: (step) => sureness(Math.max(0, step - 1000)),
  // A code that is told by slant, size or place, or by what cannot be seen, does not name a digit: neither is left to Q.
  views: [randomAffine({ shear: 0.5, scale: 0.2, translation: 0.07 }), instanceNoise({ deviation: 0.2 })],
});
const measured: { step: number; accuracy: number }[] = [];
const watch = {
  name: "watch",
  every: Math.max(1, Math.floor(steps / 10)),
  async onStep({ step }: TrainingEvent) {
    const { accuracy } = await namedDigits(model, heldOut.take(2000));
    measured.push({ step, accuracy });
    console.log(`step ${step}: the code names ${(100 * accuracy).toFixed(1)} % of 2,000 held-out digits`);
  },
};
const { step: done } = await train(model, data, {
  steps,
  batchSize: 64,
  seed,
  // The paper's discriminator learns five times more slowly; views keep it from running ahead here.
  optimizers: adam({ learningRate: 1e-3, beta1: 0.5 }),
  callbacks: [watch, progressBar()],
  // Ctrl-C ends the run early, and what follows shows how far it came.
  signal: abortOnInterrupt(),
  ...(values.executor === "onnx" ? { executor: onnx({ threads: Number(values.threads) }) } : {}),
});

const { accuracy, names, counts } = await namedDigits(model, heldOut);
console.log(
  `the categorical code names the digit of ${(100 * accuracy).toFixed(2)} % of held-out images, without labels`,
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
    const noise = tf.tile(random(seed).stream("sheet").normal<tf.Rank.R2>([1, NOISE]), [rows.length, 1]);
    return model.decode(tf.concat([noise, tf.tensor2d(rows)], 1));
  });
};
for (const vary of [0, 1] as const) {
  const images = grid(vary);
  await savePicture(
    await imageGrid(images, { columns, rowLabels: names.map((digit) => String(digit)) }),
    files.join(values.out, `code-${vary + 1}.png`),
  );
  images.dispose();
}
const style = await styleOfCodes(model, { seed, perCategory: 200 });
for (const [i, { slant, width, ink }] of style.entries()) {
  const told = [slant, width, ink].map((correlation) => correlation.toFixed(2));
  console.log(`rank correlation of code ${i + 1} with slant ${told[0]}, width ${told[1]}, ink ${told[2]}`);
}
const result = { data: values.data, steps: done, seed, filters, accuracy, measured, names, counts, style };
await files.writeBytes(
  files.join(values.out, "result.json"),
  new TextEncoder().encode(`${JSON.stringify(result, null, 2)}\n`),
);
console.log(`Sheets and result.json are in ${values.out}.`);
