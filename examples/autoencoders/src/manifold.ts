/**
 * Curved data: a Swiss roll laid flat by a two-dimensional code, by the rank correlation of the best direction in the code with the
 * distance along the roll (a linear autoencoder beside it), and digits in two dimensions, as pictures.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders manifold
 */
import { contractiveAutoencoder, linearAutoencoder, stackedAutoencoder } from "@latentkit/autoencoders";
import { cosineSchedule, type Encodes } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import { standardize, swissRoll } from "@latentkit/data";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { encodeDataset, linearProbe, rankCorrelation } from "@latentkit/metrics";
import { adam } from "@latentkit/training";
import { latentScatter, svgToPng } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { digits, flags, inputShape, report, timed } from "./run.js";

const options = await flags(6, { steps: "4000", height: "21", weight: "0.003", out: "runs/autoencoders" });
const { seed, epochs, own } = options;
const save = async (name: string, svg: string) => files.writeBytes(`${own.out}/${name}.png`, await svgToPng(svg));

const roll = swissRoll({ count: 5000, seed, height: Number(own.height) });
const scaling = await standardize(roll);
const data = roll.map(scaling.apply);
const along = roll.values("position").filter((_, i) => i % 2 === 0);
const shape = { hiddenUnits: [128, 128, 64], latentDim: 2, activation: "gelu", seed } as const;
const mirrored = { ...shape, hiddenUnits: shape.hiddenUnits.toReversed() };
const models = {
  linear: linearAutoencoder({ inputShape: [3], latentDim: 2, seed }),
  stacked: stackedAutoencoder({ inputShape: [3], ...shape }),
  contractive: contractiveAutoencoder({
    encoder: mlpEncoder({ inputShape: [3], ...shape }),
    decoder: mlpDecoder({ outputShape: [3], ...mirrored }),
    weight: Number(own.weight),
  }),
};
for (const [name, model] of Object.entries(models)) {
  const steps = Number(own.steps);
  const learningRate = cosineSchedule({ from: 2e-3, to: 1e-5, steps });
  const run = await timed(model, data, options, { steps, batchSize: 250, optimizers: adam({ learningRate }) });
  const { codes } = await encodeDataset(model as Encodes, data);
  const z = await codes.data();
  const [first, second] = [0, 1].map((axis) => z.filter((_, i) => i % 2 === axis));
  const directions = Array.from({ length: 180 }, (_, degree) => {
    const angle = (degree * Math.PI) / 180;
    return Math.abs(
      rankCorrelation(
        first!.map((a, i) => a * Math.cos(angle) + second![i]! * Math.sin(angle)),
        along,
      ),
    );
  });
  const loss = run.history.at(-1)![`${model.objectives[0]!.name}/reconstruction`];
  const common = { experiment: "swiss-roll", model: name, points: roll.size, height: Number(own.height), seed, steps };
  report({ ...common, rankCorrelation: Math.max(...directions), meanSquaredError: loss, trainingSeconds: run.seconds });
  const chart = { values: along, valueLabel: "along the roll", title: `Swiss roll, ${name}`, equalScales: false };
  await save(`swiss-roll-${name}`, await latentScatter(codes, chart));
  codes.dispose();
}

const { train, test } = await digits(options);
const digitModel = stackedAutoencoder({ inputShape, hiddenUnits: [512, 256, 64], latentDim: 2, seed });
const { seconds } = await timed(digitModel, train, options, { epochs, optimizers: adam({ learningRate: 1e-3 }) });
const [known, held] = [
  await encodeDataset(digitModel, train.take(Math.min(5000, train.size))),
  await encodeDataset(digitModel, test),
];
const { accuracy } = await linearProbe(
  { codes: known.codes, labels: known.labels! },
  { codes: held.codes, labels: held.labels! },
);
report({
  experiment: "digits-in-two-dimensions",
  linearProbe: accuracy,
  split: "test",
  epochs,
  seed,
  trainingSeconds: seconds,
});
const title = "Digits in two dimensions";
await save("digits-2d", await latentScatter(held.codes, { labels: held.labels!, title, equalScales: false }));
tf.dispose([known.codes, held.codes]);
