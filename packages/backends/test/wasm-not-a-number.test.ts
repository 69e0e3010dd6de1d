import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../src/index.js";

const values = async (x: tf.Tensor): Promise<number[]> => [...(await x.data())];
const bits = (pattern: number): number => new Float32Array(new Uint32Array([pattern]).buffer)[0]!;

const { relu, relu6, elu, selu, sigmoid, tanh, softplus, exp, abs, sqrt, neg } = tf;
const plain: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  ...{ relu, relu6, elu, selu, sigmoid, tanh, softplus, exp, abs, sqrt, neg },
};

describe("wasm kernels keep what is not a number", () => {
  beforeAll(() => useBackend("wasm"));
  const image = (x: tf.Tensor): tf.Tensor4D => tf.reshape(x, [1, 3, 3, 1]);

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ...Object.entries(plain),
    ["clip", (x) => tf.clipByValue(x, -1, 1)],
    ["leakyRelu", (x) => tf.leakyRelu(x)],
    ["prelu", (x) => tf.prelu(x, tf.scalar(0.1))],
    ["maximum", (x) => tf.maximum(0, x)],
    ["minimum", (x) => tf.minimum(x, 0)],
    ["max", (x) => tf.max(x)],
    ["min", (x) => tf.min(x)],
    ["sum", (x) => tf.sum(x)],
    ["mean", (x) => tf.mean(x)],
    ["prod", (x) => tf.prod(x)],
    ["cumsum", (x) => tf.cumsum(x)],
    ["softmax", (x) => tf.softmax(x)],
    ["logSumExp", (x) => tf.logSumExp(x)],
    ["maxPool", (x) => tf.maxPool(image(x), 2, 1, "same")],
    ["avgPool", (x) => tf.avgPool(image(x), 2, 1, "same")],
    ["maxPool3d", (x) => tf.maxPool3d(tf.reshape(x, [1, 1, 3, 3, 1]) as tf.Tensor5D, [1, 2, 2], 1, "same")],
    ["resizeBilinear", (x) => tf.image.resizeBilinear(image(x), [3, 3])],
    ["conv2d", (x) => tf.conv2d(image(x), tf.ones([2, 2, 1, 1]), 1, "same")],
    ["depthwise", (x) => tf.depthwiseConv2d(image(x), tf.ones([2, 2, 1, 1]), 1, "same")],
    [
      "fused relu",
      (x) => tf.fused.matMul({ a: tf.reshape(x, [9, 1]), b: tf.ones([1, 1]), activation: "relu", bias: tf.zeros([1]) }),
    ],
    ["step", (x) => tf.step(x)],
    ["sign", (x) => tf.sign(x)],
    ["round", (x) => tf.round(x)],
    ["floor", (x) => tf.floor(x)],
    ["erf", (x) => tf.erf(x)],
    ["rsqrt", (x) => tf.rsqrt(x)],
    ["log1p", (x) => tf.log1p(x)],
    ["mod", (x) => tf.mod(x, 2)],
    ["pow", (x) => tf.pow(x, 2)],
    ["squaredDifference", (x) => tf.squaredDifference(x, 2)],
    ["where", (x) => tf.where(tf.greater(tf.ones([9]), 0), x, tf.zeros([9]))],
    ["addN", (x) => tf.addN([x, x, x])],
    ["atan2", (x) => tf.atan2(x, tf.scalar(2))],
  ])("%s", async (_, body) => {
    for (const pattern of [0x7fc00000, 0xffc00000]) {
      for (const place of [0, 4, 8]) {
        const data = Float32Array.from({ length: 9 }, (_, i) => (i === place ? bits(pattern) : i / 8 + 0.1));
        const y = tf.tidy(() => body(tf.tensor1d(data)));
        expect([...(await y.data())].some(Number.isNaN)).toBe(true);
        y.dispose();
      }
    }
  });

  it("compares it as unequal to everything", async () => {
    const x = tf.tensor1d([Number.NaN, bits(0xffc00000), 1, 2, 3]);
    for (const compare of [tf.equal, tf.greater, tf.greaterEqual, tf.less, tf.lessEqual]) {
      expect((await values(compare(x, x))).slice(0, 2)).toEqual([0, 0]);
    }
    expect(await values(tf.notEqual(x, x))).toEqual([1, 1, 0, 0, 0]);
  });
});
