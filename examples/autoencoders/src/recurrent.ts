/**
 * Recurrent autoencoders: LSTM and GRU, taught and free, on sines of different lengths and on digits row by row. Errors are those
 * of free running over real steps; speed is milliseconds a training step.
 *
 *     LATENTKIT_DATA=… pnpm --filter @latentkit/example-autoencoders recurrent
 */
import { type RecurrentAutoencoder, recurrentAutoencoder } from "@latentkit/autoencoders";
import { type Callback, cosineSchedule, type DataBatch, linearSchedule } from "@latentkit/core";
import { type ArrayDataset, sines } from "@latentkit/data";
import { flags, report, timed } from "@latentkit/example-experiment";
import { recurrentDecoder, recurrentEncoder } from "@latentkit/layers";
import { adam } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { digits, inputShape } from "./digits.js";

const options = await flags(1, { steps: "800", "row-steps": "500", only: "sines,rows" });
const { seed, own } = options;
const wanted = own.only!.split(",");

/** Mean error over sequences. */
async function errorOf(model: RecurrentAutoencoder, { x, mask }: DataBatch & { readonly mask?: tf.Tensor }) {
  const mean = tf.tidy(() => tf.mean(model.errors(x, mask && { mask })));
  const [value] = await mean.data();
  mean.dispose();
  return value!;
}

async function compare<B extends DataBatch>(
  name: string,
  [train, test]: readonly ArrayDataset<B>[],
  shape: { readonly inputShape: readonly number[]; readonly units: number; readonly latentDim: number },
  masked: boolean,
  steps: number,
) {
  const { inputShape: outputShape, ...sizes } = shape;
  const held = test!.gather(Array.from({ length: Math.min(1000, test!.size) }, (_, i) => i));
  const forcings = {
    free: 0,
    half: 0.5,
    "scheduled sampling": linearSchedule({ from: 1, to: 0, steps: steps / 2 }),
    taught: 1,
  };
  for (const cell of ["lstm", "gru"] as const) {
    for (const [forcing, teacherForcing] of Object.entries(forcings)) {
      const model = recurrentAutoencoder({
        encoder: recurrentEncoder({ ...shape, masked, cell, seed }),
        decoder: recurrentDecoder({ outputShape, ...sizes, teacher: forcing !== "free", cell, seed }),
        teacherForcing,
      });
      const settings = { steps, batchSize: Math.min(64, train!.size), clipNorm: 1 };
      const optimizers = adam({ learningRate: cosineSchedule({ from: 5e-3, to: 1e-4, steps }) });
      // From the 50th step on, so that recording and compiling are left out.
      const times: number[] = [];
      const clock: Callback = { name: "clock", every: 50, onStep: () => void times.push(performance.now()) };
      const { seconds } = await timed(model, train!, options, { ...settings, optimizers, callbacks: [clock] });
      const common = { experiment: `recurrent-${name}`, cell, training: forcing, ...shape, seed, steps };
      const speed = {
        millisecondsAStep: (times.at(-1)! - times[0]!) / (50 * (times.length - 1)),
        trainingSeconds: seconds,
      };
      report({ ...common, meanSquaredError: await errorOf(model, held), examples: held.x.shape[0], ...speed });
      model.dispose();
    }
  }
}

if (wanted.includes("sines")) {
  const waves = sines({ count: 5000, steps: 24, minSteps: 12, seed }).split([0.8, 0.2], seed);
  await compare("sines", waves, { inputShape: [24, 1], units: 32, latentDim: 4 }, true, Number(own.steps));
}
if (wanted.includes("rows")) {
  const { train, test } = await digits(options);
  const shape = { inputShape, units: 96, latentDim: 32 };
  await compare("image-rows", [train, test], shape, false, Number(own["row-steps"]));
}
