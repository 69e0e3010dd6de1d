import { ConfigError, random } from "@latentkit/core";
import { finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { spectralConv2d, spectralDense } from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** A 3×2 matrix with singular values 5 and 2 whose vectors lie along no axis. */
function knownMatrix(): tf.Tensor2D {
  const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
  // U = columns (c, s, 0) and (−s, c, 0); V = rotation by 1.1.
  const [p, q] = [Math.cos(1.1), Math.sin(1.1)];
  const entry = (u1: number, u2: number, v1: number, v2: number) => 5 * u1 * v1 + 2 * u2 * v2;
  return tf.tensor2d([
    [entry(c, -s, p, -q), entry(c, -s, q, p)],
    [entry(s, c, p, -q), entry(s, c, q, p)],
    [0, 0],
  ]);
}

async function converge(layer: tf.layers.Layer, x: tf.Tensor): Promise<void> {
  for (let i = 0; i < 40; i++) tf.tidy(() => layer.apply(x, { training: true }) as tf.Tensor);
}

describe("spectralDense", () => {
  it("divides the kernel by its largest singular value", async () => {
    const layer = spectralDense({ units: 2, seed: 1, name: "known" });
    const eye = tf.eye(3);
    layer.apply(eye);
    const matrix = knownMatrix();
    layer.setWeights([matrix, tf.tensor1d([0, 0]), tf.tensor2d([[1], [0.3]])]);
    await converge(layer, eye);
    const normalized = (await (layer.apply(eye) as tf.Tensor).data()) as Float32Array;
    const given = await matrix.data();
    for (const [i, value] of normalized.entries()) expect(value).toBeCloseTo(given[i]! / 5, 5);
  });

  it("moves its direction in training only", async () => {
    const layer = spectralDense({ units: 4, seed: 1, name: "still" });
    const x = random(1).normal([2, 3]);
    layer.apply(x);
    const direction = async () => layer.getWeights()[2]!.dataSync().slice();
    const start = await direction();
    tf.tidy(() => layer.apply(x) as tf.Tensor);
    expect(await direction()).toEqual(start);
    tf.tidy(() => layer.apply(x, { training: true }) as tf.Tensor);
    expect(await direction()).not.toEqual(start);
  });

  it("has the gradient of W/σ(W), by finite differences of the normalised kernel", async () => {
    const layer = spectralDense({ units: 2, useBias: false, seed: 1, name: "slope" });
    const eye = tf.eye(3);
    layer.apply(eye);
    const weights = tf.tensor2d([1, 2, 3, 4, 5, 7], [3, 2]);
    layer.setWeights([knownMatrix(), tf.tensor2d([[1], [0.3]])]);
    await converge(layer, eye);
    const kernel = layer.trainableWeights[0]!.read() as tf.Variable;
    const f = () => tf.sum(tf.mul(weights, layer.apply(eye, { training: true }) as tf.Tensor)) as tf.Scalar;
    const { grads } = tf.variableGrads(f, [kernel]);
    const actual = await grads[kernel.name]!.data();
    const start = kernel.clone();
    const expected = await finiteDifferences((moved) => {
      kernel.assign(moved as tf.Tensor2D);
      // Power iteration must settle again: σ of the moved matrix, not of the old directions.
      for (let i = 0; i < 20; i++) f();
      return f();
    }, start);
    for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(2e-2);
  });

  it("can be differentiated twice, for gradient penalties", async () => {
    const layer = spectralDense({ units: 1, seed: 1, name: "twice" });
    const x = random(2).normal([4, 3]);
    layer.apply(x);
    const norm = tf.variableGrads(
      () => {
        const slope = tf.grad((t: tf.Tensor) => tf.sum(tf.square(layer.apply(t, { training: true }) as tf.Tensor)))(x);
        return tf.sum(tf.square(slope)) as tf.Scalar;
      },
      layer.trainableWeights.map((w) => w.read() as tf.Variable),
    );
    for (const gradient of Object.values(norm.grads)) {
      expect([...(await gradient.data())].every(Number.isFinite)).toBe(true);
    }
  });
});

describe("spectralConv2d", () => {
  it("normalises the kernel as a matrix of all its inputs by filters", async () => {
    const layer = spectralConv2d({ filters: 2, kernelSize: 1, seed: 1, name: "pixel" });
    const x = tf.reshape(tf.eye(3), [1, 1, 3, 3]);
    layer.apply(x);
    const matrix = knownMatrix();
    layer.setWeights([tf.reshape(matrix, [1, 1, 3, 2]), tf.zeros([2]), tf.tensor2d([[1], [0.3]])]);
    await converge(layer, x);
    const output = (await (layer.apply(x) as tf.Tensor).data()) as Float32Array;
    const given = await matrix.data();
    for (const [i, value] of output.entries()) expect(value).toBeCloseTo(given[i]! / 5, 5);
  });

  it("has the shapes that it announces", () => {
    for (const [padding, strides] of [
      ["same", 2],
      ["valid", 1],
      ["valid", 3],
    ] as const) {
      const layer = spectralConv2d({ filters: 5, kernelSize: 4, strides, padding });
      const output = layer.apply(tf.ones([2, 11, 9, 3])) as tf.Tensor;
      expect(layer.computeOutputShape([2, 11, 9, 3])).toEqual(output.shape);
    }
  });

  it("survives saving and loading", async () => {
    const network = tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: [4, 4, 1] }),
        spectralConv2d({ filters: 3, kernelSize: 3, strides: 2, name: "conv" }),
        tf.layers.flatten(),
        spectralDense({ units: 2, useBias: false, name: "head" }),
      ],
    });
    const copy = (await tf.models.modelFromJSON(network.toJSON(null, false) as never)) as tf.LayersModel;
    copy.setWeights(network.getWeights());
    const x = random(5).normal([2, 4, 4, 1]);
    expect(await (copy.predict(x) as tf.Tensor).data()).toEqual(await (network.predict(x) as tf.Tensor).data());
    expect(network.trainableWeights).toHaveLength(3);
    expect(network.nonTrainableWeights).toHaveLength(2);
  });

  it("refuses sizes that cannot work", () => {
    expect(() => spectralDense({ units: 0 })).toThrow(ConfigError);
    expect(() => spectralConv2d({ filters: 1, kernelSize: 0 })).toThrow(ConfigError);
    expect(() => spectralConv2d({ filters: 1, kernelSize: 2, padding: "full" as "same" })).toThrow(ConfigError);
  });
});
