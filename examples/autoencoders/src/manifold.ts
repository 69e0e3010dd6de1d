/**
 * Curved data: a Swiss roll laid flat by a two-dimensional code, by the rank correlation of a coordinate of the code with the
 * distance along the roll, for points that were not trained on: linear, stacked, and geometry-regularised by an embedding. Then
 * digits in two dimensions. With pictures.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders manifold
 */
import { geometryAutoencoder, linearAutoencoder, stackedAutoencoder } from "@latentkit/autoencoders";
import { cosineSchedule, type DataBatch, type Encodes, type Model } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { fromTensors, standardize, swissRoll } from "@latentkit/data";
import { flags, report, timed } from "@latentkit/example-experiment";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { encodeDataset, isomap, linearProbe, rankCorrelation, reconstructionError } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { latentScatter, svgToPng } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { digits, inputShape } from "./digits.js";

const options = await flags(10, { seeds: "0,1,2", steps: "2500", only: "roll,digits", out: "runs/autoencoders" });
const { epochs, own } = options;
const steps = Number(own.steps);
const save = async (name: string, svg: string) => files.writeBytes(`${own.out}/${name}.png`, await svgToPng(svg));
const shape = { hiddenUnits: [128, 128, 64], latentDim: 2, activation: "gelu" } as const;
const mirrored = { ...shape, hiddenUnits: shape.hiddenUnits.toReversed() };
const kinds = {
  linear: (seed: number) => linearAutoencoder({ inputShape: [3], latentDim: 2, seed }),
  stacked: (seed: number) => stackedAutoencoder({ inputShape: [3], ...shape, seed }),
  geometry: (seed: number) =>
    geometryAutoencoder({
      encoder: mlpEncoder({ inputShape: [3], ...shape, seed }),
      decoder: mlpDecoder({ outputShape: [3], ...mirrored, seed }),
    }),
};

/** Largest rank correlation of a direction in a code of two with the true positions, and that of the first coordinate. */
async function correlations(codes: tf.Tensor2D, along: ArrayLike<number>) {
  const z = await codes.data();
  const [first, second] = [0, 1].map((axis) => z.filter((_, i) => i % 2 === axis));
  const directions = Array.from({ length: 180 }, (_, degree) => {
    const [a, b] = [Math.cos((degree * Math.PI) / 180), Math.sin((degree * Math.PI) / 180)];
    return Math.abs(
      rankCorrelation(
        first!.map((value, i) => a * value + b * second![i]!),
        along,
      ),
    );
  });
  return { rankCorrelation: Math.max(...directions), firstCoordinate: directions[0]! };
}

for (const seed of own.only!.includes("roll") ? own.seeds!.split(",").map(Number) : []) {
  const [roll, unseen] = [swissRoll({ count: 3000, seed }), swissRoll({ count: 2000, seed: seed + 100 })];
  const scaling = await standardize(roll);
  const [scaled, held] = [roll.map(scaling.apply), unseen.map(scaling.apply)];
  const flat = await isomap(scaled, { neighbours: 8 });
  // Coordinates of the embedding get a mean square of 1, as the data have.
  const embedding = tf.tidy(() => tf.div(flat, tf.sqrt(tf.mean(tf.square(flat)))));
  const { x } = scaled.gather();
  const data = await fromTensors({ x, embedding });
  const along = unseen.values("position").filter((_, i) => i % 2 === 0);
  for (const [name, make] of Object.entries(kinds)) {
    const model = make(seed);
    const optimizers = adam({ learningRate: cosineSchedule({ from: 2e-3, to: 1e-5, steps }) });
    const run = { steps, batchSize: 250, optimizers, seed };
    const { seconds } = await timed(model as Model<DataBatch>, data, options, run);
    const { codes } = await encodeDataset(model as Encodes, held);
    const { mean } = await reconstructionError(model, held);
    const common = { experiment: "swiss-roll", model: name, points: roll.size, unseen: unseen.size, seed, steps };
    report({ ...common, ...(await correlations(codes, along)), meanSquaredError: mean, trainingSeconds: seconds });
    const title = `Swiss roll, ${name}`;
    const chart = { values: along, valueLabel: "along the roll", title, equalScales: false };
    if (seed === Number(own.seeds!.split(",")[0])) await save(`swiss-roll-${name}`, await latentScatter(codes, chart));
    codes.dispose();
    model.dispose();
  }
  tf.dispose([flat, embedding, x]);
}

if (own.only!.includes("digits")) await digitsInTwoDimensions();

async function digitsInTwoDimensions() {
  const { train, test } = await digits(options);
  const model = stackedAutoencoder({ inputShape, hiddenUnits: [512, 256, 64], latentDim: 2, seed: options.seed });
  const { seconds } = await timed(model, train, options, { epochs, optimizers: adam({ learningRate: 1e-3 }) });
  const [known, held] = [
    await encodeDataset(model, train.take(Math.min(5000, train.size))),
    await encodeDataset(model, test),
  ];
  const { accuracy } = await linearProbe(
    { codes: known.codes, labels: known.labels! },
    { codes: held.codes, labels: held.labels! },
  );
  const { mean } = await reconstructionError(model, test);
  const common = { experiment: "digits-in-two-dimensions", split: "test", examples: test.size, epochs };
  report({ ...common, linearProbe: accuracy, meanSquaredError: mean, seed: options.seed, trainingSeconds: seconds });
  const title = "Digits in two dimensions";
  await save("digits-2d", await latentScatter(held.codes, { labels: held.labels!, title, equalScales: false }));
}
