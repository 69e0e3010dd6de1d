import type { DataBatch, Model, Schedule } from "@latentkit/core";
import { currentStep, defineModel } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { memoryStore, sgd, train } from "../src/index.js";
import { tinyData } from "./tiny-data.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** Two weights: each update of an objective adds 1, times a schedule of its updates, to its own; `after` doubles the second's. */
const counting = defineModel<Record<never, never>, Model<DataBatch>>("counting", {}, () => {
  const one = () =>
    tf.sequential({
      layers: [tf.layers.dense({ units: 1, inputShape: [4], useBias: false, kernelInitializer: "zeros" })],
    });
  const networks = { often: one(), seldom: one() };
  const rises: Schedule = (update) => update;
  const weight = (network: tf.LayersModel) => network.trainableWeights[0]!.read() as tf.Variable;
  const sum = (network: tf.LayersModel): tf.Scalar => tf.neg(tf.sum<tf.Scalar>(weight(network)));
  return {
    networks,
    fields: { x: { shape: [null, 4] } },
    objectives: [
      { name: "often", updates: [networks.often], loss: () => ({ total: sum(networks.often) }) },
      {
        name: "seldom",
        updates: [networks.seldom],
        every: 3,
        // Read as a layer would read it.
        loss: () => ({ total: tf.mul<tf.Scalar>(sum(networks.seldom), currentStep("test").schedule(rises)) }),
        after(step) {
          expect(step.training).toBe(true);
          weight(networks.seldom).assign(tf.mul(weight(networks.seldom), 2));
        },
      },
    ],
  };
});

describe("an objective with `every`", () => {
  const trained = async (parts: readonly number[]) => {
    const model = counting();
    const store = memoryStore();
    for (const steps of parts) {
      const options = { steps, batchSize: 8, optimizers: sgd({ learningRate: 1 }) };
      await train(model, tinyData(), { ...options, checkpoint: { store, resume: true } });
    }
    const [often, seldom] = [model.networks.often!, model.networks.seldom!].map(
      (net) => net.getWeights()[0]!.dataSync()[0],
    );
    model.dispose();
    return { often, seldom };
  };

  it("is updated in steps 0, 3, 6, …, with schedules that count its own updates, and `after` each of them", async () => {
    // Updates 0, 1, 2 and 3 in ten steps: ((0·2 + 1)·2 + 2)·2 + 3)·2, each addition before its doubling.
    expect(await trained([10])).toEqual({ often: 10, seldom: (((0 + 1) * 2 + 2) * 2 + 3) * 2 });
  });

  it("keeps its turns when the run is resumed between them", async () => {
    expect(await trained([2, 4, 10])).toEqual(await trained([10]));
  });
});
