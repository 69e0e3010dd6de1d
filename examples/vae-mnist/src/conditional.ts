/**
 * A conditional VAE on MNIST: the class is a condition, the stroke's thickness (share of ink) a second one. Prints how often a
 * classifier sees the class that was asked for, how the thickness of samples follows the one asked for, and the bound.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-vae-mnist conditional
 */
import { loadModel, random, saveModel } from "@latentkit/core";
import { mnist } from "@latentkit/data";
import { first, flags, report, timed } from "@latentkit/example-experiment";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { digitClassifier, rankCorrelation } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { conditionalVae } from "@latentkit/vae";
import { imageGrid, savePicture } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";

const options = await flags(10, { latent: "4", beta: "2", model: "", out: "runs/vae-mnist/conditional" });
const { seed, epochs, limit, own } = options;
/** Share of ink of each picture, as deviations from the mean of all digits. */
const thickness = (x: tf.Tensor) => tf.div(tf.sub(tf.mean(tf.reshape(x, [x.shape[0]!, -1]), 1, true), 0.1307), 0.044);
const data = first(await mnist({ split: "train" }), limit).map((batch) => ({ ...batch, ink: thickness(batch.x) }));
const shape = { hiddenUnits: [400], latentDim: Number(own.latent), classes: 10, conditionDim: 1, seed };
const built = () =>
  conditionalVae({
    given: { label: { classes: 10 }, ink: { size: 1 } },
    beta: Number(own.beta),
    encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
    decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
  });
const optimizers = adam({ learningRate: 1e-3 });
const model = own.model === "" ? built() : await loadModel(own.model!, conditionalVae);
if (own.model === "") {
  const { step, seconds } = await timed(model, data, options, { epochs, batchSize: 128, seed, optimizers });
  report({
    experiment: "conditional-vae",
    latentDim: shape.latentDim,
    seed,
    epochs,
    steps: step,
    trainingSeconds: seconds,
  });
  await saveModel(model, `${own.out}.safetensors`);
}

const { classify, checksum } = await digitClassifier();
const perClass = 200;
const test = await mnist({ split: "test" });
const labelsOfTest = test.values("label");
const agreement: number[] = [];
const asked: number[] = [];
const drawn: number[] = [];
for (let digit = 0; digit < 10; digit++) {
  const stream = random(seed).stream(`class ${digit}`);
  // As thick as test images of the class are: a bold 1 or a thin 0 is no digit of the data.
  const rows = [...labelsOfTest.keys()].filter((i) => labelsOfTest[i] === digit).slice(0, perClass);
  const real = test.gather(rows);
  const inkOf = tf.tidy(() => thickness(real.x));
  const ink = (await inkOf.array()) as number[][];
  tf.dispose([inkOf, real.x, real.label]);
  const samples = model.sample({ count: perClass, random: stream, given: { label: digit, ink } });
  const hits = tf.tidy(() => tf.mean(tf.cast(tf.equal(tf.argMax(classify(samples), 1), digit), "float32")));
  agreement.push((await hits.data())[0]!);
  asked.push(...ink.map(([value]) => value!));
  const measured = tf.tidy(() => thickness(samples));
  drawn.push(...(await measured.data()));
  tf.dispose([samples, hits, measured]);
}
report({
  experiment: "conditional-vae",
  wantedClass: agreement.reduce((sum, share) => sum + share, 0) / 10,
  byClass: agreement,
  rankCorrelationOfInk: rankCorrelation(asked, drawn),
  classifier: checksum.slice(0, 16),
  ...{ samples: 10 * perClass, latentDim: shape.latentDim, seed },
});

/** A row for each class; the same codes in all rows, thickness from −1.5 to 2 along each. */
const columns = 15;
const labels = Array.from({ length: 10 }, (_, digit) => new Array<number>(columns).fill(digit)).flat();
const ink = labels.map((_, i) => [-1.5 + (3.5 * (i % columns)) / (columns - 1)]);
const code = random(seed).stream("sheet").normal([1, shape.latentDim]);
const sheet = model.decode(tf.tile(code, [labels.length, 1]), { label: labels, ink });
await savePicture(await imageGrid(sheet, { columns }), `${own.out}.png`);
const varied = model.sample({ count: labels.length, random: random(seed), given: { label: labels, ink: 0 } });
await savePicture(await imageGrid(varied, { columns }), `${own.out}-samples.png`);
