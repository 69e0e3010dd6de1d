import { random } from "@latentkit/core";
import { fromTensors } from "@latentkit/data";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { made } from "../src/index.js";

tf.enableProdMode();
await tf.setBackend("cpu");

describe("training", () => {
  it("finds the distribution of two coins and whether they differ: 2 log 2 nats, and draws it", async () => {
    const table = tf.tensor2d([
      [0, 0, 0],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
    ]);
    const model = made({ inputShape: [3], hiddenUnits: [16], seed: 1 });
    const data = await fromTensors({ x: tf.tile(table, [8, 1]) });
    await train(model, data, { steps: 300, batchSize: 32, seed: 1, optimizers: adam({ learningRate: 0.03 }) });
    const surprise = tf.neg(tf.mean(model.logLikelihood(table)));
    expect((await surprise.data())[0]).toBeCloseTo(2 * Math.LN2, 1);
    const rows = (await (await model.sample({ count: 200, random: random(2) })).array()) as number[][];
    // Rows that break the rule have less than a tenth of a nat to live on: five in a hundred would be many.
    expect(rows.filter(([a, b, c]) => c === Math.abs(a! - b!)).length).toBeGreaterThan(190);
    model.dispose();
  });
});
