import type { DataBatch, Executor, Model } from "@latentkit/core";
import { random } from "@latentkit/core";
import { apply, defineModel } from "@latentkit/core/authoring";
import { fromTensors } from "@latentkit/data";
import { sgd, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
import { onnx } from "../src/index.js";

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

it("runs `first` of an objective once, alike whether steps are compiled or not", async () => {
  const trained = async (executor?: Executor) => {
    const model = set();
    const data = await fromTensors({ x: random(2).normal([16, 4]) });
    await train(model, data, { steps: 4, batchSize: 8, seed: 3, optimizers: sgd({ learningRate: 1 }), executor });
    const values = [...(await model.networks.network!.getWeights()[0]!.data())];
    const [calls] = await model.state!.calls!.data();
    model.dispose();
    return { values, calls };
  };
  const eager = await trained();
  expect(eager.calls).toBe(1);
  expect(eager.values.every((value) => value !== 0)).toBe(true);
  expect(await trained(onnx({ threads: 1 }))).toEqual(eager);
});
