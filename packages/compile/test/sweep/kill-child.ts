/** The process that kill tests kill: trains a compiled run with checkpoints in a folder and prints what it ends with. */
import { type Callback, type Json, random } from "@latentkit/core";
import { hostTensor, namedWeights } from "@latentkit/core/authoring";
import { fromTensors } from "@latentkit/data";
import { adam, earlyStopping, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { onnx } from "../../src/index.js";
import type * as Models from "./models.js";

const [folder, steps, models, name] = process.argv.slice(2);
const { examples, SWEEP } = (await import(models!)) as typeof Models;
tf.enableProdMode();
await tf.setBackend("cpu");
const { shape, build } = SWEEP.find((one) => one.name === name)!;
const model = build(1);
const data = (count: number, seed: number) =>
  fromTensors({ x: hostTensor(examples(shape, count, seed), [count, ...shape]) });
const weights = () => [...namedWeights(model.networks).values()];

/** Sums weights from time to time, and assigns one of them: what it does counts, and is carried by checkpoints. */
let sum = 0;
const meddler: Callback = {
  name: "meddler",
  every: 7,
  onStep: async ({ step }) => {
    for (const weight of weights()) sum += (await weight.data())[0]!;
    const bias = weights().find(({ shape: { length } }) => length === 1)!;
    if (step % 14 === 0) bias.assign(tf.tidy(() => tf.mul(bias, 0.9)));
  },
  save: () => sum,
  load: (state: Json) => {
    sum = state as number;
  },
};
const { history } = await train(model, await data(40, 1), {
  ...{ steps: Number(steps), batchSize: 8, seed: 9, ema: 0.99, logEvery: 7, optimizers: adam({ learningRate: 1e-3 }) },
  clipNorm: 5,
  validation: { data: await data(12, 2), every: 20 },
  checkpoint: { folder: folder!, every: 3, resume: true },
  executor: onnx({ info: () => undefined }),
  callbacks: [
    meddler,
    earlyStopping({ monitor: `validation/${model.objectives[0]!.name}/loss`, patience: 1e6 }),
    { name: "ready", onStart: ({ step }) => console.log(`started at ${step}`) },
  ],
});

/** All numbers as text that two runs share only when they are equal to the last bit. */
const parts: number[] = [sum, random(1).next()];
for (const weight of weights()) parts.push(...(await weight.data()));
for (const row of history) parts.push(...Object.values(row));
const bytes = new Uint8Array(Float64Array.from(parts).buffer);
const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
console.log(`finished ${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`);
