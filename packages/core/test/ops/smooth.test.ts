import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  smoothErf,
  smoothExp,
  smoothLogSumExp,
  smoothSigmoid,
  smoothSoftplus,
  smoothTanh,
} from "../../src/authoring.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** Values and derivatives by their formulas. */
const formulas: Readonly<Record<string, [(x: tf.Tensor) => tf.Tensor, ...((x: number) => number)[]]>> = {
  smoothExp: [smoothExp, Math.exp, Math.exp, Math.exp, Math.exp],
  smoothSigmoid: [
    smoothSigmoid,
    sigmoid,
    (x) => sigmoid(x) * sigmoid(-x),
    (x) => sigmoid(x) * sigmoid(-x) * (1 - 2 * sigmoid(x)),
    (x) => sigmoid(x) * sigmoid(-x) * (1 - 6 * sigmoid(x) * sigmoid(-x)),
  ],
  smoothTanh: [
    smoothTanh,
    Math.tanh,
    (x) => 1 - Math.tanh(x) ** 2,
    (x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2),
    (x) => (6 * Math.tanh(x) ** 2 - 2) * (1 - Math.tanh(x) ** 2),
  ],
  smoothSoftplus: [
    smoothSoftplus,
    (x) => Math.log1p(Math.exp(x)),
    sigmoid,
    (x) => sigmoid(x) * sigmoid(-x),
    (x) => sigmoid(x) * sigmoid(-x) * (1 - 2 * sigmoid(x)),
  ],
};
const points = [-3, -0.5, 0, 0.7, 2];

describe.each(Object.entries(formulas))("%s", (_, [f, ...derivatives]) => {
  it("has the right value and three right derivatives", async () => {
    let order = (x: tf.Tensor): tf.Tensor => f(x);
    for (const [n, formula] of derivatives.entries()) {
      const found = await order(tf.tensor1d(points)).data();
      for (const [i, x] of points.entries()) {
        expect(Math.abs(found[i]! - formula(x)), `derivative ${n} at ${x}`).toBeLessThan(
          3e-6 * Math.max(1, formula(x)),
        );
      }
      const before = order;
      order = (x) => tf.grad((v: tf.Tensor) => before(v))(x);
    }
  });

  it("leaks no tensor, differentiated or not", () => {
    const x = tf.tensor1d(points);
    const before = tf.memory().numTensors;
    f(x).dispose();
    tf.grad((v: tf.Tensor) => tf.grad((w: tf.Tensor) => f(w))(v))(x).dispose();
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});

describe("smoothErf", () => {
  it("has the error function's value and first two derivatives", async () => {
    const x = tf.tensor1d([-1, 0.5]);
    const first = tf.grad((v: tf.Tensor) => smoothErf(v));
    const density = (v: number): number => (2 / Math.sqrt(Math.PI)) * Math.exp(-v * v);
    const [values, slopes, bends] = await Promise.all(
      [smoothErf(x), first(x), tf.grad((v: tf.Tensor) => first(v))(x)].map((y) => y.data()),
    );
    for (const [i, v] of [-1, 0.5].entries()) {
      expect(values![i]).toBeCloseTo([-0.8427007929, 0.5204998778][i]!, 6);
      expect(slopes![i]).toBeCloseTo(density(v), 5);
      expect(bends![i]).toBeCloseTo(-2 * v * density(v), 5);
    }
  });
});

describe("smoothLogSumExp", () => {
  it("has the softmax for gradient and stays finite at large values", async () => {
    const x = tf.tensor2d([
      [1, 2, 3],
      [1000, 1000, -1000],
    ]);
    expect(smoothLogSumExp(x).shape).toEqual([2]);
    const values = await smoothLogSumExp(x).data();
    expect(values[0]).toBeCloseTo(3.4076059644, 5);
    expect(values[1]).toBeCloseTo(1000 + Math.LN2, 3);
    const gradient = await tf
      .grad((v: tf.Tensor) => smoothLogSumExp(v))(x)
      .data();
    const softmax = await tf.softmax(x as tf.Tensor2D).data();
    for (const [i, value] of softmax.entries()) expect(gradient[i]).toBeCloseTo(value, 4);
  });

  it("keeps the digits in which large logits differ, to the second derivative", async () => {
    const x = tf.tensor2d([[1e6, 1e6 + 0.5, 1e6 - 1]]);
    const weights = tf.tensor2d([[1, -2, 3]]);
    const slope = (v: tf.Tensor): tf.Tensor => tf.grad((u: tf.Tensor) => smoothLogSumExp(u))(v);
    const exps = [1, Math.exp(0.5), Math.exp(-1)];
    const total = exps[0]! + exps[1]! + exps[2]!;
    const shares = exps.map((e) => e / total);
    for (const [i, value] of (await slope(x).data()).entries()) expect(value).toBeCloseTo(shares[i]!, 6);
    const second = await tf
      .grad((v: tf.Tensor) => tf.sum(tf.mul(slope(v), weights)))(x)
      .data();
    const mean = shares[0]! - 2 * shares[1]! + 3 * shares[2]!;
    for (const [i, w] of [1, -2, 3].entries()) expect(second[i]).toBeCloseTo(shares[i]! * (w - mean), 6);
  });
});

describe("smoothLogSumExp of large values", () => {
  it("has the probabilities of large values as its gradient", async () => {
    const near = [0, 0.7, -1.2];
    const expected = near.map((x) => Math.exp(x) / near.reduce((sum, other) => sum + Math.exp(other), 0));
    for (const offset of [0, 2 ** 16, -(2 ** 16)]) {
      // Values that float32 holds exactly beside the offset.
      const x = tf.tensor1d(near.map((value) => Math.round(value * 128) / 128 + offset));
      const found = await tf
        .grad((v: tf.Tensor) => smoothLogSumExp(v))(x)
        .data();
      for (const [i, p] of expected.entries()) expect(Math.abs(found[i]! - p)).toBeLessThan(4e-3);
      expect([...found].reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    }
  });
});
