import { mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CheckpointError, ConfigError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  adam,
  type CheckpointOptions,
  earlyStopping,
  memoryStore,
  resume,
  type TrainOptions,
  train,
} from "../src/index.js";
import { fingerprint, tinyData } from "./tiny-data.js";
import { tinyModel } from "./tiny-model.js";

tf.enableProdMode();

type Options = Partial<TrainOptions<{ x: tf.Tensor }>>;

/** Trains a fresh model and returns all that must be equal. */
async function run(steps: number, checkpoint?: CheckpointOptions, options: Options = {}) {
  const model = tinyModel({ repeats: 2 });
  try {
    const { history, averages } = await train(model, tinyData(), {
      ...{ steps, batchSize: 8, seed: 5, ema: 0.9, clipNorm: 1, logEvery: 4, optimizers: adam({ learningRate: 0.01 }) },
      ...(checkpoint && { checkpoint }),
      ...options,
    });
    const weights = model.networks.network!.weights.map((weight) => weight.read() as tf.Variable);
    const result = { history, weights: await fingerprint([...weights, model.state!.seen!]), averages: "" };
    await averages!.use(async () => {
      result.averages = await fingerprint(weights);
    });
    averages!.dispose();
    return result;
  } finally {
    model.dispose();
  }
}

describe("resume", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "latentkit-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([1, 5, 13, 29])("continues bit for bit after step %i", async (cut) => {
    const whole = await run(30);
    const controller = new AbortController();
    const stop = { name: "stop", every: cut, onStep: () => controller.abort() };
    await run(30, { folder, every: 4 }, { signal: controller.signal, callbacks: [stop] });
    expect(await run(30, { folder, every: 4, resume: true })).toEqual(whole);
  });

  it("keeps the newest checkpoints only, and nothing half written", async () => {
    await run(20, { folder, every: 3, keep: 2 });
    expect(await readdir(folder)).toEqual(["history.log", "step-000000018", "step-000000020"]);
  });

  it("sweeps what a killed process left behind", async () => {
    await run(4, { folder, every: 100 });
    await writeFile(join(folder, ".step-000000009.abc.tmp"), "half");
    await run(6, { folder, every: 100, resume: true });
    expect(await readdir(folder)).toEqual(["history.log", "step-000000004", "step-000000006"]);
  });

  it.each([
    [
      "a truncated tensor file",
      (path: string) => truncate(join(path, "tensors.safetensors"), 100),
      /tensors.safetensors differs/,
    ],
    [
      "a manifest that is not JSON",
      (path: string) => writeFile(join(path, "manifest.json"), "{"),
      /manifest is not JSON/,
    ],
    [
      "an incomplete manifest",
      (path: string) => writeFile(join(path, "manifest.json"), '{"format":2}'),
      /damaged at step/,
    ],
    ["a missing manifest", (path: string) => rm(join(path, "manifest.json")), /manifest is missing/],
  ])("passes over %s, names it and uses the checkpoint before", async (_, damage, message) => {
    const whole = await run(20);
    await run(12, { folder, every: 6 });
    await damage(join(folder, "step-000000012"));
    const warn = vi.fn();
    expect((await run(20, { folder, resume: true }, { warn })).weights).toBe(whole.weights);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]![0]).toMatch(message);
    expect(warn.mock.calls[0]![0]).toContain("step-000000012");
  });

  it("says so when every checkpoint is damaged", async () => {
    await run(4, { folder, every: 100 });
    await truncate(join(folder, "step-000000004", "tensors.safetensors"), 0);
    const attempt = run(8, { folder, resume: true }, { warn: () => {} });
    await expect(attempt).rejects.toThrow(CheckpointError);
    await expect(attempt).rejects.toThrow(/every checkpoint is damaged/);
  });

  it("refuses a folder with checkpoints unless told to resume, and touches nothing", async () => {
    await run(4, { folder, every: 100 });
    const attempt = run(8, { folder });
    await expect(attempt).rejects.toThrow(ConfigError);
    await expect(attempt).rejects.toThrow(/already holds checkpoints up to step-000000004/);
    expect(await readdir(folder)).toEqual(["step-000000004"]);
  });

  it.each<[string, Options, RegExp]>([
    ["another seed", { seed: 6 }, /`seed` to be 5 as when the run began, received 6/],
    ["another batch size", { batchSize: 4 }, /`batchSize` to be 8/],
    [
      "no averages where there were some",
      { ema: undefined },
      /`ema` to be 0.9 as when the run began, received absent; pass `checkpoint.allow: \["ema"\]`/,
    ],
  ])("refuses to continue with %s", async (_, options, message) => {
    const store = memoryStore();
    await run(4, { store });
    const attempt = run(8, { store, resume: true }, options);
    await expect(attempt).rejects.toThrow(CheckpointError);
    await expect(attempt).rejects.toThrow(message);
  });

  it("restores what callbacks saved", async () => {
    const store = memoryStore();
    const validation = { data: tinyData(8), every: 1 };
    const options = { validation, optimizers: adam({ learningRate: 0 }) };
    const callbacks = () => [earlyStopping({ monitor: "validation/tiny/loss", patience: 1e6 })];
    await run(3, { store }, { ...options, callbacks: callbacks() });
    const [resumed] = callbacks();
    await run(3, { store, resume: true }, { ...options, callbacks: [resumed!] });
    const saved = JSON.parse(new TextDecoder().decode((await store.read("step-000000003"))["manifest.json"]));
    expect(resumed!.save!()).toEqual(saved.callbacks[resumed!.name]);
  });

  it("starts afresh with `resume: true` in an empty place", async () => {
    expect((await run(8, { folder, resume: true })).weights).toBe((await run(8)).weights);
  });

  it("continues by folder, and insists on a checkpoint there", async () => {
    const model = tinyModel();
    const options = { batchSize: 8, checkpoint: { every: 100 } };
    await expect(resume(folder, model, tinyData(), { ...options, steps: 4 })).rejects.toThrow(
      /expected checkpoints in/,
    );
    await train(model, tinyData(), { ...options, steps: 4, checkpoint: { folder } });
    const { step, history } = await resume(folder, model, tinyData(), { ...options, steps: 20 });
    expect(step).toBe(20);
    expect(history.map((row) => row.step)).toEqual([4, 10, 20]);
    model.dispose();
  });
});
