import { UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fuzz } from "../conformance/fuzz/run.js";
import { useBackend } from "../src/index.js";

const values = async (x: tf.Tensor): Promise<number[]> => [...(await x.data())];

describe("cpu kernels", () => {
  beforeAll(() => useBackend("cpu"));

  it("agree with plain loops", () => {
    const { cases, failures } = fuzz(250, 1);
    expect(cases).toBe(250);
    expect(failures).toEqual([]);
  });

  it("keep NaN in max pooling, in every window that has one", async () => {
    const x = tf.tensor4d([1, 2, Number.NaN, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    expect(await values(tf.maxPool(x, 2, 1, "valid"))).toEqual([5, Number.NaN, 8, 9]);
    const volume = tf.reshape(x, [1, 1, 3, 3, 1]) as tf.Tensor5D;
    expect(await values(tf.maxPool3d(volume, [1, 2, 2], 1, "valid"))).toEqual([5, Number.NaN, 8, 9]);
    const { result, indexes } = tf.maxPoolWithArgmax(x, 2, 1, "valid");
    expect(await values(result!)).toEqual([5, Number.NaN, 8, 9]);
    expect(await values(indexes!)).toEqual([4, 2, 7, 8]);
  });

  it("name the first NaN of a window, counted within an image or the batch", async () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, Number.NaN, Number.NaN, 8], [2, 2, 2, 1]);
    expect(await values(tf.maxPoolWithArgmax(x, 2, 1, "valid").indexes!)).toEqual([3, 1]);
    expect(await values(tf.maxPoolWithArgmax(x, 2, 1, "valid", true).indexes!)).toEqual([3, 5]);
  });

  it("keep the sign of NaN unknown", async () => {
    expect(await values(tf.sign(tf.tensor1d([-2, -0, 0, 3, Number.NaN])))).toEqual([-1, 0, 0, 1, Number.NaN]);
    expect(await values(tf.sign(tf.tensor1d([-2, 0, 3], "int32")))).toEqual([-1, 0, 1]);
  });

  it("take axes out of slices with strides", async () => {
    const x = tf.reshape(tf.range(0, 24, 1, "int32"), [2, 3, 4]);
    const y = tf.stridedSlice(x, [1, 0, 3], [2, 3, 0], [1, 2, -2], 0, 0, 0, 0, 0b1);
    expect([y.shape, await values(y)]).toEqual([
      [2, 2],
      [15, 13, 23, 21],
    ]);
  });

  it("multiply batches that are repeated along different axes", async () => {
    const a = tf.tensor([1, 2, 3, 4], [2, 1, 1, 2], "int32");
    const b = tf.tensor([1, 0, 0, 1, 1, 1], [1, 3, 2, 1], "int32");
    const y = tf.matMul(a, b);
    expect([y.shape, y.dtype, await values(y)]).toEqual([[2, 3, 1, 1], "int32", [1, 2, 3, 3, 4, 7]]);
  });

  it("sum integers in segments exactly", async () => {
    const y = tf.unsortedSegmentSum(tf.tensor1d([2 ** 24, 1, 5], "int32"), tf.tensor1d([0, 0, 9], "int32"), 2);
    expect([y.dtype, await values(y)]).toEqual(["int32", [2 ** 24 + 1, 0]]);
  });

  it("end fused products with tanh, and refuse what they do not know", async () => {
    const [a, b] = [tf.tensor2d([[0.5, 1]]), tf.tensor2d([[1], [-2]])];
    const [y] = await values(tf.fused.matMul({ a, b, activation: "tanh" as "relu" }));
    expect(y).toBeCloseTo(Math.tanh(-1.5), 6);
    expect(() => tf.fused.matMul({ a, b, activation: "swish" as "relu" })).toThrow(UnsupportedError);
  });

  it("have a mean of 0 where a window lies beyond the image", async () => {
    expect(await values(tf.avgPool(tf.ones([1, 1, 2, 1]) as tf.Tensor4D, [1, 1], [1, 3], 0))).toEqual([1, 0]);
  });
});
