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
    layer.setWeights([layer.getWeights()[0]!, tf.zeros([4]), tf.ones([4, 1])]);
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

/** The largest singular value, in double precision, of a matrix given row by row. */
function largestSingularValue(values: Float32Array, columns: number): number {
  const rows = values.length / columns;
  let right = Float64Array.from({ length: columns }, (_, j) => 1 + Math.sin(j));
  let norm = 0;
  for (let step = 0; step < 3000; step++) {
    const left = Float64Array.from({ length: rows }, (_, i) =>
      right.reduce((sum, value, j) => sum + values[i * columns + j]! * value, 0),
    );
    norm = Math.hypot(...left);
    const back = Float64Array.from({ length: columns }, (_, j) =>
      left.reduce((sum, value, i) => sum + values[i * columns + j]! * value, 0),
    );
    const length = Math.hypot(...back);
    right = back.map((value) => value / length);
  }
  return norm;
}

/** The norm of what a dense layer multiplies by, in evaluation. */
async function normOf(layer: tf.layers.Layer, inputs: number): Promise<number> {
  const y = layer.apply(tf.eye(inputs)) as tf.Tensor2D;
  return largestSingularValue((await y.data()) as Float32Array, y.shape[1]);
}

describe("spectral layers in evaluation", () => {
  it.each([
    [3, 2],
    [40, 40],
    [100, 30],
    [16, 1],
  ])("have the norm 1 before any training call, %d inputs and %d outputs", async (inputs, units) => {
    for (const seed of [0, 1, 2]) {
      const layer = spectralDense({ units, useBias: false, seed, name: `fresh${seed}` });
      expect(Math.abs((await normOf(layer, inputs)) - 1)).toBeLessThan(2e-3);
    }
  });

  it("have it after kernels were assigned, and change nothing by being evaluated", async () => {
    const layer = spectralDense({ units: 20, useBias: false, seed: 1, name: "assigned" });
    layer.apply(tf.eye(30));
    layer.weights[0]!.write(tf.mul(random(5).normal([30, 20]), 100));
    const before = await layer.weights[1]!.read().data();
    expect(Math.abs((await normOf(layer, 30)) - 1)).toBeLessThan(1e-2);
    expect(await layer.weights[1]!.read().data()).toEqual(before);
  });

  it("have it for convolutions, of the kernel as a matrix", async () => {
    const layer = spectralConv2d({ filters: 8, kernelSize: 3, padding: "valid", seed: 1, name: "conv" });
    // Each input is one value of one 3×3 patch, so that the output is the normalised kernel.
    const patches = tf.reshape(tf.eye(27), [27, 3, 3, 3]);
    const kernel = (await (layer.apply(patches) as tf.Tensor).data()) as Float32Array;
    expect(Math.abs(largestSingularValue(kernel, 8) - 1)).toBeLessThan(2e-3);
  });

  it("give zeros for a kernel of zeros, and recover from it", async () => {
    const layer = spectralDense({ units: 3, useBias: false, seed: 1, name: "zeros" });
    layer.apply(tf.eye(4));
    layer.weights[0]!.write(tf.zeros([4, 3]));
    tf.tidy(() => layer.apply(tf.eye(4), { training: true }) as tf.Tensor);
    expect([...(await (layer.apply(tf.eye(4)) as tf.Tensor).data())]).toEqual(new Array(12).fill(0));
    layer.weights[0]!.write(random(5).normal([4, 3]));
    expect(Math.abs((await normOf(layer, 4)) - 1)).toBeLessThan(1e-3);
  });

  it("keep their direction while they are frozen", async () => {
    const layer = spectralDense({ units: 3, seed: 1, name: "frozen" });
    const network = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [4] }), layer] });
    layer.setWeights([layer.getWeights()[0]!, tf.zeros([3]), tf.ones([3, 1])]);
    network.trainable = false;
    tf.tidy(() => network.apply(tf.eye(4), { training: true }) as tf.Tensor);
    expect([...(await layer.getWeights()[2]!.data())]).toEqual([1, 1, 1]);
  });
});
