import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Callback, ConfigError, loadModel } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { trainStages } from "../src/index.js";
import { tinyData } from "./tiny-data.js";
import { tinyModel } from "./tiny-model.js";

let folder: string;
beforeAll(async () => {
  await tf.setBackend("cpu");
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "latentkit-stages-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const stops = (at: number): Callback => ({
  name: "stops",
  every: 1,
  onStep(event) {
    if (event.step === at) event.stop("enough");
  },
});

/** Two stages on one network: the second goes on with what the first has learnt. */
async function run(options: { abortAt?: number; stopFirstAt?: number } = {}, resume = false) {
  const model = tinyModel();
  const abort = new AbortController();
  let done = 0;
  const counts: Callback = {
    name: "counts",
    every: 1,
    onStep() {
      if (++done === options.abortAt) abort.abort();
    },
  };
  const data = tinyData();
  const first = options.stopFirstAt === undefined ? [] : [stops(options.stopFirstAt)];
  const result = await trainStages(
    [
      { name: "first", model, data, options: { steps: 5, callbacks: [counts, ...first] } },
      () => ({ name: "second", model, data, options: { steps: 4, seed: 7 } }),
    ],
    { batchSize: 8, callbacks: [counts], signal: abort.signal, checkpoint: { folder, every: 2, resume } },
  );
  const weights = await Promise.all(model.networks.network!.getWeights().map(async (w) => [...(await w.data())]));
  model.dispose();
  return { result, weights, done };
}

describe("trainStages", () => {
  it("gives each stage a folder and trains it to its end", async () => {
    const { result, done } = await run();
    expect(result.stopped).toBe("completed");
    expect(result.stages.map(({ step }) => step)).toEqual([5, 4]);
    expect(done).toBe(9);
    expect(readdirSync(folder).sort()).toEqual(["1-first", "2-second"]);
    const model = await loadModel(join(folder, "2-second"), tinyModel);
    expect(model.kind).toBe("tiny");
    model.dispose();
  });

  it.each([2, 5, 7])("goes on exactly where it was aborted, after %i steps in all", async (abortAt) => {
    const whole = await run();
    rmSync(folder, { recursive: true });
    const broken = await run({ abortAt });
    expect(broken.result.stopped).toBe("aborted");
    const resumed = await run({}, true);
    expect(resumed.result.stopped).toBe("completed");
    expect(resumed.done).toBe(9 - abortAt);
    expect(resumed.weights).toEqual(whole.weights);
  });

  it("takes a stage that a callback ended for finished, also when it is resumed without that callback", async () => {
    const whole = await run({ stopFirstAt: 3 });
    expect(whole.result.stages.map(({ step }) => step)).toEqual([3, 4]);
    const again = await run({}, true);
    expect(again.done).toBe(0);
    expect(again.weights).toEqual(whole.weights);
  });

  it("refuses stages without names, or with one name twice", async () => {
    const model = tinyModel();
    const stage = { name: "one", model, data: tinyData() };
    await expect(trainStages([], { steps: 1 })).rejects.toThrow(ConfigError);
    await expect(trainStages([{ ...stage, name: "a/b" }], { steps: 1 })).rejects.toThrow("`stages[0].name`");
    await expect(trainStages([stage, stage], { steps: 1, batchSize: 8 })).rejects.toThrow("'one' twice");
    model.dispose();
  });
});
