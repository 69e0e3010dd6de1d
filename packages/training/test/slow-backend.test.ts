import { autoencoder } from "@latentkit/autoencoders";
import { random } from "@latentkit/core";
import { fromTensors } from "@latentkit/data";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { train } from "../src/index.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});
afterEach(() => vi.restoreAllMocks());

async function warningsOf(millisecondsALook: number): Promise<string[]> {
  let time = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (time += millisecondsALook));
  const model = autoencoder({
    encoder: mlpEncoder({ inputShape: [2], hiddenUnits: [2], latentDim: 1 }),
    decoder: mlpDecoder({ latentDim: 1, hiddenUnits: [2], outputShape: [2] }),
  });
  const warnings: string[] = [];
  const data = await fromTensors({ x: random(1).uniform([8, 2]) });
  await train(model, data, { steps: 3, batchSize: 4, warn: (message) => warnings.push(message) });
  model.dispose();
  return warnings;
}

it("says once that a run of more than a moment is in plain JavaScript, with the line that mends it", async () => {
  expect(await warningsOf(1)).toEqual([]);
  const [warning, ...others] = await warningsOf(10_000);
  expect(warning).toContain('`await useBackend("auto")`');
  expect(others).toEqual([]);
  expect(await warningsOf(10_000)).toEqual([]);
});
