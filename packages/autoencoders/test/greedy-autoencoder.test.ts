import { DataError, random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel, expectSameTensors } from "@latentkit/core/testing";
import { gaussians } from "@latentkit/data";
import { memoryStore, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { greedyAutoencoder } from "../src/index.js";
import { inputShape, smallBatch } from "./networks.js";

tf.enableProdMode();

const create = (units: readonly number[] = [8, 3]) =>
  greedyAutoencoder({ inputShape, units, activation: "tanh", seed: 1 });

describeModel("greedyAutoencoder", {
  factory: greedyAutoencoder,
  create: () => create(),
  batch: smallBatch,
  invalid: {
    "a misspelt option": () => greedyAutoencoder({ inputShape, hiddenUnits: [8] } as never),
    "no stage": () => create([]),
  },
});

describe("greedyAutoencoder", () => {
  it("has stages that are models: batches are checked, losses finite, all weights freed with the stack", async () => {
    const before = tf.memory().numTensors;
    const model = create();
    for (const stage of model.stages) {
      const { x } = smallBatch();
      expect(() => stage.checkBatch({ x })).not.toThrow();
      expect(() => stage.checkBatch({ y: x } as never)).toThrow(DataError);
      const value = tf.tidy(() => stage.objectives[0]!.loss({ x }, stepContext(random(1), 0, true)).total);
      expect((await value.data())[0]).toSatisfy(Number.isFinite);
      tf.dispose([value, x]);
    }
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  const data = gaussians({ count: 64, seed: 2, spectrum: Array.from({ length: 16 }, (_, i) => 1 / (i + 1)) });
  const build = () => greedyAutoencoder({ inputShape: [16], units: [8, 3], activation: "tanh", seed: 1 });

  it("moves the weights of one stage at a time, which are those of the stack", async () => {
    const greedy = build();
    const weights = () => greedy.stages.map(({ networks }) => [...networks.encoder!.getWeights()[0]!.dataSync()]);
    const start = weights();
    await train(greedy.stages[0]!, data, { epochs: 2, batchSize: 16 });
    const first = weights();
    expect(first[0]).not.toEqual(start[0]);
    expect(first[1]).toEqual(start[1]);
    await train(greedy.stages[1]!, data, { epochs: 2, batchSize: 16 });
    const second = weights();
    expect(second[0]).toEqual(first[0]);
    expect(second[1]).not.toEqual(first[1]);

    const { x } = smallBatch();
    const flat = tf.reshape(x, [4, 16]);
    const codes = tf.tidy(() =>
      greedy.stages.reduce<tf.Tensor>((h, { networks }) => networks.encoder!.apply(h) as tf.Tensor, flat),
    );
    await expectSameTensors(greedy.encode(flat), codes as tf.Tensor2D);
    tf.dispose([x, flat, codes]);
    greedy.dispose();
  });

  it("stacks to the network of a stacked autoencoder: linear code and data, the activation everywhere else", () => {
    const stack = greedyAutoencoder({ inputShape: [16], units: [8, 4, 3], activation: "sigmoid" });
    const { encoder, decoder } = stack.networks;
    const [codes, data] = tf.tidy(() => {
      const far = tf.fill([1, 16], 100);
      const inner = decoder.layers.slice(0, 2).reduce((h, layer) => layer.apply(h) as tf.Tensor, tf.fill([1, 3], 100));
      const outer = encoder.layers.slice(0, 2).reduce((h, layer) => layer.apply(h) as tf.Tensor, far as tf.Tensor);
      return [tf.stack([tf.max(inner), tf.max(outer)]), decoder.apply(tf.fill([1, 3], 100)) as tf.Tensor];
    });
    for (const largest of codes!.dataSync()) expect(largest).toBeLessThanOrEqual(1);
    expect([...data!.dataSync()].some((value) => value < 0 || value > 1)).toBe(true);
    tf.dispose([codes!, data!]);
    stack.dispose();
  });

  it("resumes in the middle of a stage", async () => {
    const stores = [memoryStore(), memoryStore()];
    const run = async (steps: number, kept: typeof stores) => {
      const greedy = build();
      for (const [k, stage] of greedy.stages.entries()) {
        const checkpoint = { store: kept[k]!, every: 2, resume: true };
        await train(stage, data, { steps: k === 0 ? 6 : steps, batchSize: 16, checkpoint });
      }
      const weights = greedy.networks.encoder.getWeights().map((weight) => [...weight.dataSync()]);
      greedy.dispose();
      return weights;
    };
    const whole = await run(8, [memoryStore(), memoryStore()]);
    await run(3, stores);
    expect(await run(8, stores)).toEqual(whole);
  });
});
