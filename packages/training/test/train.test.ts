import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Callback,
  ConfigError,
  type DataBatch,
  DataError,
  type Dataset,
  DeviceLostError,
  DivergenceError,
  type Model,
} from "@latentkit/core";
import { checkShape } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { adam, earlyStopping, memoryStore, sgd, train } from "../src/index.js";
import { fingerprint, tinyData } from "./tiny-data.js";
import { tinyModel } from "./tiny-model.js";

tf.enableProdMode();

describe("train", () => {
  let model: Model<DataBatch>;
  let tensors: number;
  beforeEach(() => {
    tensors = tf.memory().numTensors;
    model = tinyModel();
  });
  afterEach(() => {
    model.dispose();
    expect(tf.memory().numTensors, "tensors left behind").toBe(tensors);
  });
  const weights = () => fingerprint(model.networks.network!.weights.map((weight) => weight.read() as tf.Variable));

  it("lowers the loss and keeps the means of each interval in the history", async () => {
    const result = await train(model, tinyData(), {
      steps: 200,
      batchSize: 8,
      optimizers: adam({ learningRate: 0.02 }),
    });
    expect(result).toMatchObject({ step: 200, epoch: 40, stopped: "completed" });
    expect(result.history.map((row) => row.step)).toEqual(Array.from({ length: 20 }, (_, i) => 10 * (i + 1)));
    expect(result.history.at(-1)!["tiny/loss"]!).toBeLessThan(0.5 * result.history[0]!["tiny/loss"]!);
    expect(result.history[0]!["tiny/reconstruction"]).toBe(result.history[0]!["tiny/loss"]);
  });

  it("gives identical weights and history from the same seed, and others from another", async () => {
    const runs = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const own = tinyModel();
        const { history } = await train(own, tinyData(), { steps: 20, batchSize: 8, seed });
        const weights = await fingerprint(own.networks.network!.weights.map((weight) => weight.read() as tf.Variable));
        own.dispose();
        return { history, weights };
      }),
    );
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]!.weights).not.toBe(runs[0]!.weights);
  });

  it("takes the shorter forms of options for the longer ones", async () => {
    const folder = mkdtempSync(join(tmpdir(), "latentkit-train-"));
    const seen: number[] = [];
    const callback: Callback = { name: "seen", onEpoch: ({ epoch }) => void seen.push(epoch) };
    const long = {
      ...{ optimizers: adam(), validation: { data: tinyData() }, callbacks: [callback] },
      checkpoint: { folder: join(folder, "long") },
    };
    const short = {
      ...{ optimizers: "adam" as const, validation: tinyData(), callbacks: callback },
      checkpoint: join(folder, "short"),
    };
    const runs = [];
    for (const form of [
      long,
      short,
      { ...short, optimizers: { tiny: "adam" as const }, checkpoint: join(folder, "named") },
    ]) {
      const own = tinyModel();
      const { history, checkpoint } = await train(own, tinyData(), { epochs: 2, batchSize: 8, ...form });
      expect(checkpoint).toContain(folder);
      runs.push(history);
      own.dispose();
    }
    expect(runs[0]!.some((row) => "validation/tiny/loss" in row)).toBe(true);
    expect([runs[1], runs[2]]).toEqual([runs[0], runs[0]]);
    expect(seen).toEqual([1, 2, 1, 2, 1, 2]);
    rmSync(folder, { recursive: true });
    await expect(train(model, tinyData(), { steps: 1, optimizers: "adma" as "adam" })).rejects.toThrow(
      /expected `optimizers` to be an optimiser such as adam\(\), the name of one, or one by objective.s name, received .adma./,
    );
  });

  it("counts epochs by whole batches and leaves a partial one out", async () => {
    const epochs: number[] = [];
    const counter: Callback = {
      name: "counter",
      onEpoch: ({ epoch, totalSteps }) => void epochs.push(epoch, totalSteps!),
    };
    const result = await train(model, tinyData(43), { epochs: 2, batchSize: 8, callbacks: [counter] });
    expect(result).toMatchObject({ step: 10, epoch: 2 });
    expect(epochs).toEqual([1, 10, 2, 10]);
  });

  it("gives each repeat of an objective a fresh batch and counts its updates", async () => {
    const repeated = tinyModel({ repeats: 3 });
    const rates: number[] = [];
    const learningRate = (update: number) => {
      rates.push(update);
      return 0;
    };
    const optimizers = sgd({ learningRate });
    rates.length = 0; // what its options were checked with
    const { epoch } = await train(repeated, tinyData(), { steps: 5, batchSize: 8, optimizers });
    expect(epoch).toBe(3);
    expect(rates).toEqual(Array.from({ length: 15 }, (_, i) => i));
    repeated.dispose();
  });

  it("validates in evaluation mode without touching the weights or the state", async () => {
    const options = { steps: 6, batchSize: 8, optimizers: sgd({ learningRate: 0 }) };
    const { history } = await train(model, tinyData(), { ...options, validation: { data: tinyData(20), every: 2 } });
    const values = history.flatMap((row) => row["validation/tiny/loss"] ?? []);
    expect(values).toHaveLength(3);
    expect((await model.state!.seen!.data())[0]).toBe(6);
  });

  it("clips the joint norm of the gradients", async () => {
    const before = model.networks.network!.trainableWeights.map((weight) => (weight.read() as tf.Variable).clone());
    const { history } = await train(model, tinyData(), {
      ...{ steps: 1, batchSize: 8, clipNorm: 0.01, logEvery: 1, optimizers: sgd({ learningRate: 1 }) },
    });
    const moved = tf.tidy(() => {
      const squares = model.networks.network!.trainableWeights.map((weight, i) =>
        tf.sum(tf.square(tf.sub(weight.read(), before[i]!))),
      );
      return Math.sqrt(tf.addN(squares).dataSync()[0]!);
    });
    expect(history[0]!["tiny/gradientNorm"]).toBeGreaterThan(0.01);
    expect(moved).toBeCloseTo(0.01, 5);
    tf.dispose(before);
  });

  it("averages weights and lends them", async () => {
    const { averages } = await train(model, tinyData(), { steps: 30, batchSize: 8, ema: 0.9 });
    const live = await weights();
    const averaged = await averages!.use(weights);
    expect(averaged).not.toBe(live);
    expect(await weights()).toBe(live);
    averages!.commit();
    expect(await weights()).toBe(averaged);
    averages!.dispose();
  });

  it("stops after the step it is in when the signal fires", async () => {
    const controller = new AbortController();
    const store = memoryStore();
    const abort: Callback = { name: "abort", every: 7, onStep: () => controller.abort() };
    const result = await train(model, tinyData(), {
      ...{ steps: 100, batchSize: 8, signal: controller.signal, callbacks: [abort], checkpoint: { store } },
    });
    expect(result).toMatchObject({ step: 7, stopped: "aborted", checkpoint: "memory/step-000000007" });
  });

  it("lets timers run, so that signals are heard", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const result = await train(model, tinyData(), { steps: 1e6, batchSize: 8, signal: controller.signal });
    expect(result.stopped).toBe("aborted");
  });

  it("stops early when validation no longer improves", async () => {
    const callbacks = [earlyStopping({ monitor: "validation/tiny/loss", patience: 2 })];
    const optimizers = sgd({ learningRate: 0 });
    const validation = { data: tinyData(8), every: 1 };
    // A loss that ignores batches: batch statistics would move on even at a learning rate of 0.
    const network = model.networks.network!;
    vi.spyOn(model.objectives[0]!, "loss").mockImplementation(() => ({
      total: tf.sum(tf.mul(network.trainableWeights[0]!.read(), 1)) as tf.Scalar,
    }));
    const result = await train(model, tinyData(), { steps: 50, batchSize: 8, optimizers, validation, callbacks });
    expect(result.step).toBe(3);
    expect(result.stopped).toMatch(/has not improved/);
    vi.restoreAllMocks();
  });

  it("names the step, the objective and the last good checkpoint when a loss is no longer finite", async () => {
    const original = model.objectives[0]!.loss.bind(model.objectives[0]);
    let calls = 0;
    vi.spyOn(model.objectives[0]!, "loss").mockImplementation((batch, step) => {
      const { total } = original(batch, step);
      return { total: step.training && ++calls === 8 ? (tf.div(total, 0) as tf.Scalar) : total };
    });
    const store = memoryStore();
    const run = train(model, tinyData(), { steps: 20, batchSize: 8, checkpoint: { store, every: 5 } });
    await expect(run).rejects.toThrow(DivergenceError);
    await expect(run).rejects.toThrow(
      /`tiny\/loss` became Infinity at step 8. The last good checkpoint is memory\/step-000000005/,
    );
    expect(await store.list()).toEqual(["step-000000005"]);
    vi.restoreAllMocks();
  });

  it("names the last checkpoint when the device is gone", async () => {
    const original = model.objectives[0]!.loss.bind(model.objectives[0]);
    let calls = 0;
    vi.spyOn(model.objectives[0]!, "loss").mockImplementation((batch, step) => {
      if (++calls === 8) throw new DeviceLostError("webgpu: the device was lost.");
      return original(batch, step);
    });
    const run = train(model, tinyData(), { steps: 20, batchSize: 8, checkpoint: { store: memoryStore(), every: 5 } });
    await expect(run).rejects.toThrow(DeviceLostError);
    await expect(run).rejects.toThrow(/device was lost. The last good checkpoint is memory\/step-000000005/);
    vi.restoreAllMocks();
  });

  it("reports a dataset that leaks tensors", async () => {
    const leaked: tf.Tensor[] = [];
    const data = tinyData();
    const leaky = {
      ...data,
      async *batches(options: Parameters<typeof data.batches>[0]) {
        for await (const batch of data.batches(options)) {
          leaked.push(tf.clone(batch.x));
          yield batch;
        }
      },
    };
    await expect(train(model, leaky, { steps: 200, batchSize: 8 })).rejects.toThrow(
      /constant number of tensors, received 1 more/,
    );
    tf.dispose(leaked);
  });

  it("calls callbacks in order and waits for them", async () => {
    const calls: string[] = [];
    const note = (name: string) => async () => {
      await Promise.resolve();
      calls.push(name);
    };
    const watcher: Callback = {
      ...{ name: "watcher", every: 5, onStart: note("start"), onStep: note("step"), onValidation: note("validation") },
      ...{ onEpoch: note("epoch"), onEnd: note("end") },
    };
    await train(model, tinyData(), {
      epochs: 1,
      batchSize: 8,
      validation: { data: tinyData(8) },
      callbacks: [watcher],
    });
    expect(calls).toEqual(["start", "step", "validation", "epoch", "end"]);
  });

  it("tells callbacks of the end when a run fails, and throws the failure", async () => {
    const onEnd = vi.fn();
    const failing: Callback = {
      name: "failing",
      every: 1,
      onStep() {
        throw new Error("no disk left");
      },
      onEnd,
    };
    await expect(train(model, tinyData(), { steps: 3, batchSize: 8, callbacks: [failing] })).rejects.toThrow(
      "no disk left",
    );
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it.each<[string, object, RegExp]>([
    ["neither steps nor epochs", {}, /either `steps` or `epochs`/],
    ["both steps and epochs", { steps: 1, epochs: 1 }, /either `steps` or `epochs`/],
    ["a fractional batch size", { steps: 1, batchSize: 0.5 }, /`batchSize` to be an integer ≥ 1, received 0.5/],
    ["an unknown option", { steps: 1, batchsize: 3 }, /unknown option `batchsize`/],
    ["an optimiser for no objective", { steps: 1, optimizers: { generator: adam() } }, /unknown option `generator`/],
    ["a missing optimiser", { steps: 1, optimizers: {} }, /an optimiser for the objective 'tiny'/],
    ["an average decay of one", { steps: 1, ema: 1 }, /`ema` to be a number > 0 and < 1/],
    [
      "two places for checkpoints",
      { steps: 1, checkpoint: { folder: "a", store: memoryStore() } },
      /either `checkpoint.folder`/,
    ],
    ["callbacks of one name", { steps: 1, callbacks: [{ name: "a" }, { name: "a" }] }, /distinct names/],
  ])("refuses %s", async (_, options, message) => {
    const run = train(model, tinyData(), options);
    await expect(run).rejects.toThrow(ConfigError);
    await expect(run).rejects.toThrow(message);
  });

  it("refuses a dataset that is still being loaded", async () => {
    const run = train(model, Promise.resolve(tinyData()) as never, { steps: 1 });
    await expect(run).rejects.toThrow(/`dataset` to be a dataset \(await it .*received Promise/);
  });

  it("refuses data that do not fill one batch", async () => {
    const run = train(model, tinyData(5), { steps: 1, batchSize: 8 });
    await expect(run).rejects.toThrow(DataError);
    await expect(run).rejects.toThrow(/at least 8 examples for one batch, received 5/);
  });

  it("refuses a first batch that the model has no place for, or with values that are not finite", async () => {
    const one = (x: tf.Tensor): Dataset<DataBatch> => ({
      size: undefined,
      async *batches() {
        yield { x };
      },
    });
    const picky = { ...model, checkBatch: ({ x }: DataBatch) => checkShape("tiny", "batch.x", x.shape, [null, 4]) };
    await expect(train(picky, one(tf.zeros([2, 3])), { steps: 1 })).rejects.toThrow(
      /`batch.x` to have shape \[batch, 4\], received \[2, 3\]/,
    );
    const missing = tf.tensor2d([
      [0, 0, 0, 0],
      [0, Number.NaN, 0, 0],
    ]);
    await expect(train(picky, one(missing), { steps: 1 })).rejects.toThrow(
      /batch 0 of the training data: expected finite values in `x`, received NaN in example 1;/,
    );
  });
});
