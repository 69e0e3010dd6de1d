import {
  type Callback,
  ConfigError,
  type DataBatch,
  DataError,
  type Dataset,
  DivergenceError,
  type Model,
  type Objective,
} from "@latentkit/core";
import { defineModel, network } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it, vi } from "vitest";
import { abortOnInterrupt, adam, earlyStopping, memoryStore, sgd, train } from "../src/index.js";
import { tinyData } from "./tiny-data.js";
import { tinyModel } from "./tiny-model.js";

tf.enableProdMode();

/** A stream without a size whose examples are counted as they are read, by pass. */
function stream(passes: number[], batches = 4, size = 10): Dataset<DataBatch> {
  return {
    size: undefined,
    async *batches({ epoch = 0, skip = 0 }) {
      for (let i = 0; i < batches; i++) {
        passes[epoch] = (passes[epoch] ?? 0) + size;
        if (i >= skip) yield { x: tf.ones([size, 4]) };
      }
    },
  };
}

const endless: Dataset<DataBatch> = {
  size: undefined,
  async *batches() {
    for (;;) yield { x: tf.ones([2, 4]) };
  },
};

const silent: Dataset<DataBatch> = {
  size: undefined,
  async *batches() {
    await new Promise(() => undefined);
    yield { x: tf.ones([2, 4]) };
  },
};

const labelled = defineModel<{ net: ReturnType<typeof network> }, Model<DataBatch>>(
  "labelled",
  { net: network() },
  ({ net }) => ({
    networks: { net },
    fields: {
      x: { shape: [null, 4], support: { min: 0, max: 1, name: "values in [0, 1], for a bernoulli likelihood" } },
      label: { shape: [null], classes: 3 },
    },
    objectives: [
      {
        name: "labelled",
        updates: [net],
        loss: ({ x }) => ({ total: tf.mean(net.apply(x) as tf.Tensor) as tf.Scalar }),
      },
    ],
  }),
);

function inBatches(x: number[][][], label: number[][]): Dataset<DataBatch> {
  return {
    size: undefined,
    async *batches() {
      for (const [i, rows] of x.entries()) yield { x: tf.tensor2d(rows), label: tf.tensor1d(label[i]!, "int32") };
    },
  };
}

const dense = () => tf.sequential({ layers: [tf.layers.dense({ inputShape: [4], units: 4 })] });

describe("runs over streams", () => {
  it("ends passes with their last batch, and reads nothing of a pass that is not trained on", async () => {
    const model = tinyModel();
    const read: number[] = [];
    const events: string[] = [];
    const watcher: Callback = {
      name: "watcher",
      onEpoch: ({ step, epoch }) => void events.push(`epoch ${epoch} at ${step}`),
      onValidation: ({ step }) => void events.push(`validation at ${step}`),
    };
    const { step, epoch } = await train(model, stream(read), {
      ...{ epochs: 2, batchSize: 10, callbacks: [watcher], validation: { data: tinyData(8) } },
    });
    expect({ step, epoch, read }).toEqual({ step: 8, epoch: 2, read: [40, 40] });
    expect(events).toEqual(["validation at 4", "epoch 1 at 4", "validation at 8", "epoch 2 at 8"]);
    model.dispose();
  });

  it.each<[string, Dataset<DataBatch>, Dataset<DataBatch> | undefined]>([
    ["endless validation", tinyData(), endless],
    ["validation whose source never answers", tinyData(), silent],
    ["training whose source never answers", silent, undefined],
  ])("is ended by the signal in %s", async (_, data, validation) => {
    const model = tinyModel();
    const before = tf.memory().numTensors;
    const { stopped } = await train(model, data, {
      ...{ steps: 3, batchSize: 8, signal: AbortSignal.timeout(100) },
      ...(validation && { validation: { data: validation, every: 1 } }),
    });
    expect(stopped).toBe("aborted");
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it("uses as many validation batches as it is told to", async () => {
    const model = tinyModel();
    const { history } = await train(model, tinyData(), {
      ...{ steps: 1, batchSize: 8, validation: { data: endless, every: 1, batches: 3 } },
    });
    expect(history.at(-1)!["validation/tiny/loss"]).toBeGreaterThan(0);
    model.dispose();
  });

  it("refuses a later batch of another shape, and leaves nothing behind", async () => {
    const model = tinyModel();
    const before = tf.memory().numTensors;
    const data: Dataset<DataBatch> = {
      size: undefined,
      async *batches() {
        yield { x: tf.ones([2, 4]) };
        yield { x: tf.ones([2, 3]) };
      },
    };
    await expect(train(model, data, { steps: 3, batchSize: 2 })).rejects.toThrow(
      /`batch.x` to have shape \[batch, 4\], received \[2, 3\]/,
    );
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});

describe("values of batches", () => {
  const good = [0, 0.5, 1, 0];
  it.each<[string, Dataset<DataBatch>, RegExp]>([
    [
      "labels outside the classes in a later batch",
      inBatches([[good], [good, good]], [[2], [0, 3]]),
      /batch 1 of the training data: expected `label` to hold class numbers from 0 to 2, for labelled, received 3 at example 1/,
    ],
    [
      "data outside the support",
      inBatches([[good, [0, 0, 1.5, 0]]], [[0, 1]]),
      /batch 0 of the training data: expected `x` to hold values in \[0, 1\].* received 1.5 at example 1, value 2/,
    ],
  ])("refuses %s", async (_, data, message) => {
    const model = labelled({ net: dense() });
    const run = train(model, data, { steps: 2, batchSize: 1 });
    await expect(run).rejects.toThrow(DataError);
    await expect(run).rejects.toThrow(message);
    model.dispose();
  });

  it("refuses validation data before step 1", async () => {
    const model = labelled({ net: dense() });
    const onStep = vi.fn();
    const data = inBatches([[good]], [[0]]);
    const wrong = { ...inBatches([[good]], [[7]]), size: 1 };
    const run = train(model, data, {
      ...{ steps: 1, batchSize: 1, validation: { data: wrong }, callbacks: [{ name: "s", every: 1, onStep }] },
    });
    await expect(run).rejects.toThrow(/of the validation data: expected `label`.* received 7/);
    expect(onStep).not.toHaveBeenCalled();
    model.dispose();
  });

  it("refuses data in memory for the place of its first wrong value, whichever batch has it", async () => {
    const model = labelled({ net: dense() });
    const onStep = vi.fn();
    const label = Int32Array.from({ length: 40 }, (_, i) => (i === 33 ? 3 : 0));
    const data: Dataset<DataBatch> = {
      ...inBatches([[good], [good]], [[0], [0]]),
      size: 40,
      peek: (field, start, end) => (field === "label" ? label.subarray(start, end) : undefined),
    };
    const options = { steps: 2, batchSize: 1, callbacks: [{ name: "s", every: 1, onStep }] };
    await expect(train(model, data, options)).rejects.toThrow(
      /^train, training data: expected `label` .* received 3 at example 33;/,
    );
    expect(onStep).not.toHaveBeenCalled();
    model.dispose();
  });

  it("finds a loss that a last batch is too small for before step 1", async () => {
    const model = tinyModel();
    const original = model.objectives[0]!.loss.bind(model.objectives[0]);
    vi.spyOn(model.objectives[0]!, "loss").mockImplementation((batch, step) =>
      batch.x.shape[0] === 1 ? { total: tf.scalar(Number.NaN) } : original(batch, step),
    );
    const run = train(model, tinyData(), { steps: 1, batchSize: 8, validation: { data: tinyData(17) } });
    await expect(run).rejects.toThrow(
      /loss of 'tiny', received NaN: the last batch of the validation data has 1 example;/,
    );
    vi.restoreAllMocks();
    model.dispose();
  });
});

describe("losses that cannot be minimised", () => {
  const runWith = async (loss: Objective<DataBatch>["loss"], batchSize = 8): Promise<unknown> => {
    const model = tinyModel();
    const before = tf.memory().numTensors;
    vi.spyOn(model.objectives[0]!, "loss").mockImplementation(loss);
    const error = await train(model, tinyData(), { steps: 1, batchSize }).catch((reason: unknown) => reason);
    vi.restoreAllMocks();
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
    return error;
  };

  it("names an objective whose loss has nothing to do with its weights", async () => {
    const error = await runWith(({ x }) => ({ total: tf.mean<tf.Scalar>(x) }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(/the loss of 'tiny' does not depend on any of the weights/);
  });

  it("leaves nothing of a loss that fails half way", async () => {
    const error = await runWith(({ x }) => {
      tf.square(tf.exp(x));
      throw new Error("half way");
    }, 32);
    expect(error).toEqual(new Error("half way"));
  });

  it("says that batches are too small before anything moves", async () => {
    const error = await runWith(({ x }) => ({ total: tf.scalar(x.shape[0]! < 9 ? Number.NaN : 1) }));
    expect(error).toBeInstanceOf(DataError);
    expect(String(error)).toMatch(
      /loss of 'tiny', received NaN: the batches have 8 examples; choose a larger `batchSize`/,
    );
  });
});

describe("ends of runs", () => {
  it("refuses an objective with nothing to train", async () => {
    const model = tinyModel();
    model.networks.network!.trainable = false;
    const run = train(model, tinyData(), { steps: 1 });
    await expect(run).rejects.toThrow(ConfigError);
    await expect(run).rejects.toThrow(/the objective 'tiny' of tiny to have weights to train/);
    model.dispose();
  });

  it("refuses a model that another run trains", async () => {
    const model = tinyModel();
    const first = train(model, tinyData(), { steps: 5, batchSize: 8 });
    await expect(train(model, tinyData(), { steps: 5, batchSize: 8 })).rejects.toThrow(/no other run trains/);
    expect((await first).step).toBe(5);
    expect((await train(model, tinyData(), { steps: 1, batchSize: 8 })).step).toBe(1);
    model.dispose();
  });

  it("looks at the weights at the end of a run without checkpoints", async () => {
    const model = tinyModel();
    // A rate so large that the one update overflows while its loss was finite.
    const run = train(model, tinyData(), { steps: 1, batchSize: 8, optimizers: sgd({ learningRate: 3e38 }) });
    await expect(run).rejects.toThrow(DivergenceError);
    model.dispose();
  });

  it("keeps why a run ended when `onEnd` throws, and ends the other callbacks", async () => {
    const model = tinyModel();
    const [onEnd, warn] = [vi.fn(), vi.fn()];
    const failing: Callback = {
      name: "failing",
      every: 1,
      onStep() {
        throw new Error("why it ended");
      },
      onEnd() {
        throw new Error("at the end");
      },
    };
    const options = { steps: 2, batchSize: 8, warn, callbacks: [failing, { name: "other", onEnd }] };
    await expect(train(model, tinyData(), options)).rejects.toThrow("why it ended");
    expect(onEnd).toHaveBeenCalledOnce();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("at the end"));
    model.dispose();
  });

  it("does not take tensors that others make for a leak", async () => {
    const [model, other] = [tinyModel(), tinyModel()];
    const kept: tf.Tensor[] = [];
    const timer = setInterval(() => {
      for (let i = 0; i < 40; i++) kept.push(tf.scalar(i));
    }, 1);
    const runs = [model, other].map((one) => train(one, tinyData(), { steps: 60, batchSize: 8 }));
    expect((await Promise.all(runs)).map(({ stopped }) => stopped)).toEqual(["completed", "completed"]);
    clearInterval(timer);
    tf.dispose(kept);
    model.dispose();
    other.dispose();
  });

  it("keeps values that are not finite in checkpoints, names them, and never takes one for the best", async () => {
    const store = memoryStore();
    const losses = [Number.NaN, 3, Number.NaN, Number.NEGATIVE_INFINITY];
    const start = async (steps: number, resume: boolean) => {
      const model = tinyModel();
      let validations = resume ? 2 : 0;
      const original = model.objectives[0]!.loss.bind(model.objectives[0]);
      vi.spyOn(model.objectives[0]!, "loss").mockImplementation((batch, step) =>
        step.training ? original(batch, step) : { total: tf.scalar(losses[validations++]!) },
      );
      const stopping = earlyStopping({ monitor: "validation/tiny/loss", patience: 3 });
      const warn = vi.fn();
      const validation = { data: tinyData(16), every: 1 };
      const result = await train(model, tinyData(), {
        ...{ steps, batchSize: 16, validation, warn, callbacks: [stopping], checkpoint: { store, every: 1, resume } },
      });
      model.dispose();
      return { history: result.history, state: stopping.save!(), warn };
    };
    const first = await start(2, false);
    expect(first.warn).toHaveBeenCalledWith("train: `validation/tiny/loss` became NaN at step 1.");
    const second = await start(4, true);
    expect(second.history.map((row) => row["validation/tiny/loss"])).toEqual(losses);
    expect(second.state).toEqual({ best: 3, waited: 2 });
  });

  it("shares one listener among signals, and lets go of it after the last run", async () => {
    const before = process.listenerCount("SIGTERM");
    const model = tinyModel();
    const signal = abortOnInterrupt();
    abortOnInterrupt();
    expect(process.listenerCount("SIGTERM")).toBe(before + 1);
    const interrupting: Callback = { name: "i", every: 1, onStep: () => void process.emit("SIGTERM", "SIGTERM") };
    const { stopped, step } = await train(model, tinyData(), {
      ...{ steps: 9, batchSize: 8, signal, callbacks: [interrupting] },
    });
    expect({ stopped, step }).toEqual({ stopped: "aborted", step: 1 });
    expect(process.listenerCount("SIGTERM")).toBe(before);
    model.dispose();
  });

  it.each<[string, object, RegExp]>([
    [
      "a controller as a signal",
      { signal: new AbortController() },
      /AbortSignal such as `controller.signal`, received AbortController/,
    ],
    ["a name that no optimiser has", { optimizers: "adamm" }, /an optimiser such as adam\(\).* received .adamm./],
    ["validation data without end", { validation: { data: { ...endless, size: Infinity } } }, /`validation.batches`/],
  ])("refuses %s", async (_, options, message) => {
    const model = tinyModel();
    await expect(train(model, tinyData(), { steps: 1, ...options })).rejects.toThrow(message);
    model.dispose();
  });

  it("takes a number for a learning rate, and refuses one in quotes", () => {
    expect(adam(0.002).toJSON()).toEqual(adam({ learningRate: 0.002 }).toJSON());
    expect(() => adam({ learningRate: "0.001" as never })).toThrow(/adam: expected `learningRate` to be a number/);
  });
});
