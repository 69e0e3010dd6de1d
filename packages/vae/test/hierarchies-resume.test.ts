import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gatedPixelCnn } from "@latentkit/autoregressive";
import { type ConditionedBatch, linearSchedule, type Model, random } from "@latentkit/core";
import { fromTensors } from "@latentkit/data";
import { hierarchicalNetworks, ladderNetworks, mlpGaussianEncoder } from "@latentkit/layers";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, expect, it } from "vitest";
import { hierarchicalVae, ladderVae, pixelVae } from "../src/index.js";
import { familyShape } from "./family.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const beta = linearSchedule({ from: 0, to: 1, steps: 6 });
const MODELS: Readonly<Record<string, () => Model<ConditionedBatch>>> = {
  ladderVae: () =>
    ladderVae({
      ...ladderNetworks({ inputShape: familyShape, latentDims: [3, 2], hiddenUnits: [5, 4], batchNormalization: true }),
      beta,
    }),
  hierarchicalVae: () =>
    hierarchicalVae({ ...hierarchicalNetworks({ imageShape: familyShape, groups: [1], filters: 2 }), beta }),
  pixelVae: () =>
    pixelVae({
      encoder: mlpGaussianEncoder({ inputShape: familyShape, hiddenUnits: [5], latentDim: 2 }),
      decoder: gatedPixelCnn({ inputShape: familyShape, width: 4, layers: 1, given: { z: { size: 2 } } }),
      beta,
    }),
};

const weights = async (model: Model<ConditionedBatch>) =>
  Promise.all(
    Object.entries(model.networks).map(async ([name, network]) => [
      name,
      await Promise.all(network.getWeights().map(async (weight) => [...(await weight.data())])),
    ]),
  );

it.each(Object.entries(MODELS))("%s goes on where it was stopped, to the last bit", async (_, make) => {
  const data = await fromTensors({ x: random(5).uniform([12, ...familyShape]) });
  const options = { batchSize: 4, seed: 3, logEvery: 1, optimizers: adam({ learningRate: 1e-2 }) };
  const folder = await mkdtemp(join(tmpdir(), "latentkit-"));
  try {
    const whole = make();
    const started = await weights(whole);
    const { history } = await train(whole, data, { ...options, steps: 6 });
    await train(make(), data, { ...options, steps: 3, checkpoint: { folder, every: 3 } });
    const resumed = make();
    const rest = await train(resumed, data, { ...options, steps: 6, checkpoint: { folder, every: 3, resume: true } });
    expect(await weights(resumed)).toEqual(await weights(whole));
    expect(await weights(whole)).not.toEqual(started);
    expect(rest.history.at(-1)).toEqual(history.at(-1));
  } finally {
    await rm(folder, { recursive: true });
  }
});
