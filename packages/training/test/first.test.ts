import type { DataBatch, Model } from "@latentkit/core";
import { apply, defineModel } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { memoryStore, sgd, train } from "../src/index.js";
import { tinyData } from "./tiny-data.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** A weight that `first` sets to the mean of its batch plus noise, and that training leaves there; counts the calls. */
const set = defineModel<Record<never, never>, Model<DataBatch>>("set", {}, () => {
  const layer = tf.layers.dense({ units: 1, inputShape: [4], useBias: false, kernelInitializer: "zeros" });
  const network = tf.sequential({ layers: [layer] });
  const weight = network.trainableWeights[0]!.read() as tf.Variable;
  const calls = tf.tidy(() => tf.variable(tf.scalar(0), false));
  return {
    networks: { network },
    state: { calls },
    fields: { x: { shape: [null, 4] } },
    objectives: [
      {
        name: "set",
        updates: [network],
        first({ x }, step) {
          expect(step.training).toBe(true);
          weight.assign(tf.add(tf.reshape(tf.mean(x, 0), [4, 1]), step.random.normal([4, 1])));
          calls.assign(tf.add(calls, 1));
        },
        loss: ({ x }, step) => ({ total: tf.mul<tf.Scalar>(0, tf.mean<tf.Scalar>(apply(network, x, step))) }),
      },
    ],
  };
});

describe("an objective with `first`", () => {
  const trained = async (parts: readonly number[], options: object = {}) => {
    const model = set();
    const store = memoryStore();
    let averaged: unknown;
    for (const steps of parts) {
      const checkpoint = { store, resume: true };
      const { averages } = await train(model, tinyData(), {
        ...{ steps, batchSize: 8, seed: 3, optimizers: sgd({ learningRate: 1 }), ema: 0.999, checkpoint, ...options },
      });
      await averages!.use(async () => {
        averaged = [...(await model.networks.network!.getWeights()[0]!.data())];
      });
      averages!.dispose();
    }
    const values = [...(await model.networks.network!.getWeights()[0]!.data())];
    const [calls] = await model.state!.calls!.data();
    model.dispose();
    return { values, calls, averaged };
  };

  it("runs once, before the first update, on its batch and with noise of the run's seed, and averages begin with it", async () => {
    const { values, calls, averaged } = await trained([4]);
    expect(calls).toBe(1);
    expect(values.every((value) => value !== 0)).toBe(true);
    expect(averaged).toEqual(values);
    expect(await trained([4])).toEqual({ values, calls, averaged });
    expect((await trained([4], { seed: 4 })).values).not.toEqual(values);
  });

  it("does not run again when a run goes on from a checkpoint", async () => {
    const { values } = await trained([4]);
    expect(await trained([2, 4])).toMatchObject({ values, calls: 1 });
  });
});
