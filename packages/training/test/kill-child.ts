import * as tf from "@tensorflow/tfjs";
import { adam, train } from "../src/index.js";
import { fingerprint, tinyData } from "./tiny-data.js";
import { tinyModel } from "./tiny-model.js";

/** The process that kill.test.ts kills: trains with checkpoints in the folder it is given and prints the final weights. */
const [folder, steps] = process.argv.slice(2);
tf.enableProdMode();
const model = tinyModel();
await train(model, tinyData(), {
  ...{ steps: Number(steps), batchSize: 8, seed: 9, ema: 0.99, logEvery: 7, optimizers: adam({ learningRate: 0.01 }) },
  checkpoint: { folder: folder!, every: 3, resume: true },
  callbacks: [{ name: "ready", onStart: ({ step }) => console.log(`started at ${step}`) }],
});
const variables = model.networks.network!.weights.map((weight) => weight.read() as tf.Variable);
console.log(`finished ${await fingerprint([...variables, model.state!.seen!])}`);
