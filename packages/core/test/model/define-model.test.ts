import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { apply, defineModel, network, number, schedule } from "../../src/authoring.js";
import {
  type Batch,
  CheckpointError,
  ConfigError,
  DataError,
  linearSchedule,
  loadModel,
  type Model,
  modelFromBytes,
  modelToBytes,
  type Schedule,
  ShapeError,
  saveModel,
  UnsupportedError,
} from "../../src/index.js";

const dense = (units: number, inputs: number) =>
  tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [inputs] })] });

const specification = { net: network(), beta: schedule({ min: 0, default: 1 }), limit: number({ default: 2 }) };
const build = ({ net, beta, limit }: { net: tf.LayersModel; beta: number | Schedule; limit: number }) => {
  const memory = tf.tidy(() => tf.variable(tf.zeros([3]), false));
  const head = dense(1, 2);
  return {
    networks: { net, head },
    state: { memory },
    fields: { x: { shape: net.inputs[0]!.shape } },
    objectives: [
      {
        name: "small",
        updates: [net, head],
        loss: ({ x }: Batch, step: { schedule(v: number | Schedule): tf.Scalar }) => ({
          total: tf.mul(step.schedule(beta), tf.mean(apply(head, apply(net, x!)))) as tf.Scalar,
        }),
      },
    ],
    beta,
    limit,
  };
};
type Small = Model & { readonly beta: number | Schedule; readonly limit: number };
const small = defineModel<typeof specification, Small>("small", specification, build as never);
const other = defineModel<typeof specification, Small>("other", specification, build as never);

describe("defineModel", () => {
  it("gives a model its kind, its description and the check of its batches", () => {
    const model = small({ net: dense(2, 4), limit: 5 });
    expect(model.kind).toBe("small");
    expect(model.describe()).toEqual({ kind: "small", options: { beta: 1, limit: 5 }, asked: [] });
    expect(() => model.checkBatch({ x: tf.zeros([2, 4]) })).not.toThrow();
    expect(() => model.checkBatch({ x: tf.zeros([2, 5]) })).toThrow(ShapeError);
    expect(() => model.checkBatch({ petal: tf.zeros([2, 4]), label: tf.zeros([2]) })).toThrow(DataError);
    expect(() => model.checkBatch({ petal: tf.zeros([2, 4]) })).toThrow("received petal; name it");
    model.dispose();
  });

  it("refuses a network that the model would lose", () => {
    const forgetful = defineModel("forgetful", { net: network() }, () => ({
      networks: {},
      fields: {},
      objectives: [],
    }));
    const net = dense(1, 1);
    expect(() => forgetful({ net })).toThrow("forgetful: expected the network `net` among the model's networks");
    net.dispose();
  });

  it("frees networks with the last model that is made of them", () => {
    const before = tf.memory().numTensors;
    const net = dense(2, 4);
    const [first, second] = [small({ net }), other({ net })];
    first.dispose();
    first.dispose();
    expect(tf.tidy(() => apply(net, tf.zeros([1, 4])).shape)).toEqual([1, 2]);
    second.dispose();
    expect(net.weights.every((weight) => (weight as unknown as { val: tf.Variable }).val.isDisposed)).toBe(true);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("files of models", () => {
  it("hold kind, options, networks and state", async () => {
    const model = small({ net: dense(2, 4), beta: linearSchedule({ from: 0, to: 3, steps: 6 }), limit: 7 });
    model.state!.memory!.assign(tf.tensor1d([1, 2, 3]));
    const before = tf.memory().numTensors;
    const loaded = await modelFromBytes(await modelToBytes(model), [other, small]);
    expect(loaded.kind).toBe("small");
    expect(loaded.limit).toBe(7);
    expect((loaded.beta as Schedule)(2)).toBe(1);
    expect([...(await loaded.state!.memory!.data())]).toEqual([1, 2, 3]);
    const [from, to] = [model, loaded].map(({ networks }) => networks.head!.getWeights()[0]!);
    expect([...(await to!.data())]).toEqual([...(await from!.data())]);
    loaded.dispose();
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it("ask again for functions, by name, and free what they loaded when one is missing", async () => {
    const model = small({ net: dense(2, 4), beta: (step) => step });
    const bytes = await modelToBytes(model);
    const before = tf.memory().numTensors;
    await expect(modelFromBytes(bytes, small)).rejects.toThrow(ConfigError);
    await expect(modelFromBytes(bytes, small)).rejects.toThrow("expected `beta` among the options of loading");
    expect(tf.memory().numTensors).toBe(before);
    const loaded = await modelFromBytes(bytes, small, { beta: 0.25 });
    expect(loaded.beta).toBe(0.25);
    loaded.dispose();
    model.dispose();
  });

  it("are refused by the factory of another kind, and without one", async () => {
    const model = small({ net: dense(2, 4) });
    const bytes = await modelToBytes(model);
    const before = tf.memory().numTensors;
    await expect(modelFromBytes(bytes, other)).rejects.toThrow(CheckpointError);
    await expect(modelFromBytes(bytes, other)).rejects.toThrow("holds a model of kind 'small', expected other");
    for (const none of [undefined, [], "small", [dense]]) {
      await expect(modelFromBytes(bytes, none as never)).rejects.toThrow(ConfigError);
    }
    await expect(modelFromBytes(bytes, small, { bta: 1 } as never)).rejects.toThrow("did you mean `beta`?");
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(4); // the network made for `dense` above
    model.dispose();
  });

  it("are written and read by path", async () => {
    const path = `${await import("node:os").then((os) => os.tmpdir())}/latentkit-small-${process.pid}.safetensors`;
    const model = small({ net: dense(2, 4) });
    await saveModel(model, path);
    const loaded = await loadModel(path, small);
    expect(loaded.kind).toBe("small");
    loaded.dispose();
    model.dispose();
    await expect(saveModel({ networks: {} } as never, path)).rejects.toThrow(UnsupportedError);
  });
});
