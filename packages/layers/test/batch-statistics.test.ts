import { ConfigError, random } from "@latentkit/core";
import { finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { maxout, minibatchDiscrimination, minibatchStandardDeviation } from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const rows = async (x: tf.Tensor): Promise<number[][]> => (await (x as tf.Tensor2D).array()) as number[][];

describe("minibatchDiscrimination", () => {
  const [batch, features, kernels, dimensions] = [5, 4, 3, 2];
  const layer = minibatchDiscrimination({ kernels, dimensions, seed: 3, name: "similarity" });
  const x = random(1).normal<tf.Rank.R2>([batch, features]);

  it("appends the paper's sum of exponentials, written as plain loops", async () => {
    const output = await rows(layer.apply(x) as tf.Tensor);
    const input = await rows(x);
    const projection = await rows(layer.getWeights()[0]!);
    const project = (i: number, b: number, c: number) =>
      input[i]!.reduce((sum, value, f) => sum + value * projection[f]![b * dimensions + c]!, 0);
    for (let i = 0; i < batch; i++) {
      expect(output[i]!.slice(0, features)).toEqual(input[i]);
      for (let b = 0; b < kernels; b++) {
        let sum = 0;
        for (let j = 0; j < batch; j++) {
          if (j === i) continue;
          let distance = 0;
          for (let c = 0; c < dimensions; c++) distance += Math.abs(project(i, b, c) - project(j, b, c));
          sum += Math.exp(-distance);
        }
        expect(output[i]![features + b]).toBeCloseTo(sum, 5);
      }
    }
  });

  it("gives a collapsed batch the largest value, batch − 1, and a scattered one almost none", async () => {
    const same = await rows(layer.apply(tf.ones([batch, features])) as tf.Tensor);
    for (const value of same[0]!.slice(features)) expect(value).toBeCloseTo(batch - 1, 5);
    const far = await rows(layer.apply(tf.mul(x, 1000)) as tf.Tensor);
    for (const row of far) for (const value of row.slice(features)) expect(value).toBeLessThan(1e-3);
  });

  it("has the gradient of finite differences", async () => {
    const f = (t: tf.Tensor) => tf.sum(tf.square(layer.apply(t) as tf.Tensor)) as tf.Scalar;
    const [expected, actual] = [await finiteDifferences(f, x), await tf.grad(f)(x).data()];
    // Float32 differences at h = 1e-3 of a sum near 50.
    for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(5e-2);
  });
});

describe("minibatchStandardDeviation", () => {
  it("appends the mean over places of the standard deviation over the batch", async () => {
    // Standard deviations over the two examples: 1 and 3 at the two places; their mean is 2.
    const x = tf.tensor4d([0, 10, 2, 16], [2, 1, 2, 1]);
    const output = minibatchStandardDeviation().apply(x) as tf.Tensor;
    expect(output.shape).toEqual([2, 1, 2, 2]);
    const values = await output.data();
    expect([values[0], values[2], values[4], values[6]]).toEqual([0, 10, 2, 16]);
    for (const i of [1, 3, 5, 7]) expect(values[i]).toBeCloseTo(2, 5);
  });

  it("takes groups whose members are batch/size apart, and gives each its own statistic", async () => {
    const x = tf.tensor2d([0, 5, 4, 5], [4, 1]); // groups {0, 4} and {5, 5}
    const output = await rows(minibatchStandardDeviation({ groupSize: 2 }).apply(x) as tf.Tensor);
    expect(output.map((row) => row[1]!.toFixed(3))).toEqual(["2.000", "0.000", "2.000", "0.000"]);
  });

  it("takes the largest group that divides the batch", () => {
    const layer = minibatchStandardDeviation({ groupSize: 4 });
    expect((layer.apply(tf.ones([6, 3])) as tf.Tensor).shape).toEqual([6, 4]);
    expect((layer.apply(tf.ones([1, 3])) as tf.Tensor).shape).toEqual([1, 4]);
  });

  it("has a finite gradient in a constant batch", async () => {
    const layer = minibatchStandardDeviation();
    const gradient = tf.grad((t: tf.Tensor) => tf.sum(layer.apply(t) as tf.Tensor))(tf.ones([4, 3]));
    expect([...(await gradient.data())].every(Number.isFinite)).toBe(true);
  });
});

describe("maxout", () => {
  it("is the largest of its linear pieces", async () => {
    const layer = maxout({ units: 3, pieces: 4, seed: 2, name: "pieces" });
    const x = random(4).normal<tf.Rank.R2>([5, 2]);
    const output = await rows(layer.apply(x) as tf.Tensor);
    const kernel = await rows(layer.getWeights()[0]!);
    const input = await rows(x);
    for (const [i, row] of input.entries()) {
      for (let u = 0; u < 3; u++) {
        const pieces = [0, 1, 2, 3].map((p) => row[0]! * kernel[0]![u * 4 + p]! + row[1]! * kernel[1]![u * 4 + p]!);
        expect(output[i]![u]).toBeCloseTo(Math.max(...pieces), 5);
      }
    }
  });
});

describe("layers", () => {
  const build = (layer: tf.layers.Layer) =>
    tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [3] }), layer] });

  it.each([
    ["maxout", () => maxout({ units: 2, name: "m" })],
    ["minibatchDiscrimination", () => minibatchDiscrimination({ kernels: 2, name: "d" })],
    ["minibatchStandardDeviation", () => minibatchStandardDeviation({ groupSize: 2, name: "s" })],
  ])("%s survives saving and loading, and leaks nothing", async (_, make) => {
    const network = build(make());
    const x = random(5).normal([4, 3]);
    const copy = (await tf.models.modelFromJSON(network.toJSON(null, false) as never)) as tf.LayersModel;
    copy.setWeights(network.getWeights());
    const before = tf.memory().numTensors;
    const [first, second] = [network.predict(x) as tf.Tensor, copy.predict(x) as tf.Tensor];
    expect(await second.data()).toEqual(await first.data());
    tf.dispose([first, second]);
    expect(tf.memory().numTensors).toBe(before);
    expect(network.outputs[0]!.shape).toEqual([null, ...(network.predict(x) as tf.Tensor).shape.slice(1)]);
  });

  it("refuse sizes that cannot work", () => {
    expect(() => maxout({ units: 0 })).toThrow(ConfigError);
    expect(() => maxout({ units: 2, pieces: 1 })).toThrow(ConfigError);
    expect(() => minibatchDiscrimination({ kernels: 0 })).toThrow(ConfigError);
    expect(() => minibatchStandardDeviation({ groupSize: 1 })).toThrow(ConfigError);
  });
});
