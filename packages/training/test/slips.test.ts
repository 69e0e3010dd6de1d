import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asArgument, describeSlips, type SlipCase } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, vi } from "vitest";
import * as training from "../src/index.js";
import { tinyData } from "./tiny-data.js";
import { tinyModel } from "./tiny-model.js";

const folder = mkdtempSync(join(tmpdir(), "latentkit-slips-"));
let model: ReturnType<typeof tinyModel>;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  model = tinyModel();
});
afterAll(() => {
  model.dispose();
  rmSync(folder, { recursive: true });
  // A text is a folder of checkpoints.
  rmSync("slip", { recursive: true, force: true });
});

const DEFAULTS = /^(nothing|\d: undefined|options\.\w+: undefined)$/;
const RATES =
  /^(nothing|0: a number|\d: undefined|options\.\w+: undefined|options\.(learningRate|weightDecay|epsilon): a number)$/;
const run = () => ({
  ...{ steps: 1, batchSize: 2, seed: 1, optimizers: training.sgd(), clipNorm: 1, ema: 0.9, callbacks: [], logEvery: 1 },
  ...{ executor: training.eager(), signal: new AbortController().signal, warn: () => undefined },
  ...{ validation: { data: tinyData() }, checkpoint: { store: training.memoryStore() } },
});
const RUN =
  /^options\.(?!steps)\w+: undefined$|(batchSize|steps|seed|clipNorm|logEvery): a number$|checkpoint: a text$/;

const CASES: Readonly<Record<string, SlipCase>> = {
  abortOnInterrupt: { args: () => [], allowed: /^nothing$/ },
  adam: { args: () => [{ learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-8, weightDecay: 0 }], allowed: RATES },
  eager: { args: () => [], allowed: /^nothing$/ },
  earlyStopping: {
    args: () => [{ monitor: "validation/loss", patience: 2, minDelta: 0, mode: "min" }],
    allowed: /options\.(patience|minDelta|mode): undefined$|(patience|minDelta): a number$|monitor: a text$/,
  },
  folderStore: { args: () => [folder], allowed: /^0: a text$/ },
  indexedDbStore: { args: () => ["runs"], ends: /no IndexedDB/ },
  jsonLines: {
    args: () => [join(folder, "rows.jsonl"), { every: 3 }],
    allowed: /^0: a text$|^1: undefined$|every: (undefined|a number)$/,
  },
  memoryStore: { args: () => [], allowed: /^nothing$/ },
  progressBar: { args: () => [{ show: ["loss"], stream: asArgument({ write: () => true }) }], allowed: DEFAULTS },
  resume: {
    args: () => [join(folder, "none"), asArgument(model), asArgument(tinyData()), asArgument(run())],
    ends: /received none; start the run with train/,
  },
  rmsprop: { args: () => [{ learningRate: 0.1, decay: 0.9, epsilon: 1e-8 }], allowed: RATES },
  sgd: { args: () => [{ learningRate: 0.1, momentum: 0.5 }], allowed: RATES },
  train: { args: () => [asArgument(model), asArgument(tinyData()), run()], allowed: RUN },
  trainStages: {
    args: () => [
      [{ name: "a", model, data: tinyData(), options: { steps: 1, batchSize: 2 } }],
      { seed: 1, batchSize: 2 },
    ],
    allowed: /^1: undefined$|(seed|batchSize): undefined$|(seed|batchSize): a number$/,
  },
};

describeSlips("@latentkit/training", training, CASES, {
  free: (made) => (made as { averages?: { dispose(): void } } | undefined)?.averages?.dispose(),
});
