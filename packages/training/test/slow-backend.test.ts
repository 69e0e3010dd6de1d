import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { train } from "../src/index.js";
import { tinyData } from "./tiny-data.js";
import { tinyModel } from "./tiny-model.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});
afterEach(() => vi.restoreAllMocks());

async function warningsOf(millisecondsALook: number): Promise<string[]> {
  let time = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (time += millisecondsALook));
  const model = tinyModel();
  const warnings: string[] = [];
  await train(model, tinyData(), { steps: 3, batchSize: 4, warn: (message) => warnings.push(message) });
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
