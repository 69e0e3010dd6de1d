import { random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../src/index.js";

// Sizes beyond one block of the product (128 rows, 256 deep, 512 columns) and one patch buffer, which the conformance
// suite's small shapes do not reach; the references are computed in double precision.
describe("wasm kernels on large operands", () => {
  beforeAll(() => useBackend("wasm"));

  it.each([
    [131, 517, 259, false, false],
    [131, 517, 259, true, false],
    [131, 517, 259, false, true],
    [131, 517, 259, true, true],
    [1, 1030, 600, false, true],
    [300, 1, 300, true, false],
  ])("matMul %i×%i×%i, transposed %s %s", async (m, n, k, transposeA, transposeB) => {
    const source = random(3);
    const a = source.normal<tf.Rank.R2>(transposeA ? [k, m] : [m, k]);
    const b = source.normal<tf.Rank.R2>(transposeB ? [n, k] : [k, n]);
    const product = tf.matMul(a, b, transposeA, transposeB);
    const [x, y, z] = [await a.data(), await b.data(), await product.data()];
    let worst = 0;
    for (let i = 0; i < m; i += 13) {
      for (let j = 0; j < n; j += 7) {
        let sum = 0;
        for (let p = 0; p < k; p++)
          sum += x[transposeA ? p * m + i : i * k + p]! * y[transposeB ? j * k + p : p * n + j]!;
        worst = Math.max(worst, Math.abs(sum - z[i * n + j]!));
      }
    }
    // A float32 sum of k products of normal values is off by about √k · 2⁻²⁴ · a few.
    expect(worst).toBeLessThan(1e-4);
    tf.dispose([a, b, product]);
  });

  it("convolves more patches than fit at once, and its gradients agree with those of a product of patches", async () => {
    const source = random(4);
    const x = source.normal<tf.Rank.R4>([9, 30, 31, 24]);
    const w = source.normal<tf.Rank.R4>([1, 1, 24, 40]);
    const conv = (a: tf.Tensor, b: tf.Tensor) => tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "valid");
    const product = (a: tf.Tensor, b: tf.Tensor) =>
      tf.reshape(tf.matMul(tf.reshape(a, [-1, 24]), tf.reshape(b, [24, 40])), [9, 30, 31, 40]);
    const results = [conv, product].map((f) => [f(x, w), ...tf.grads((a, b) => tf.sum(tf.square(f(a!, b!))))([x, w])]);
    for (const [i, actual] of results[0]!.entries()) {
      const [difference, size] = [tf.max(tf.abs(tf.sub(actual, results[1]![i]!))), tf.max(tf.abs(actual))];
      expect((await difference.data())[0]! / (await size.data())[0]!).toBeLessThan(1e-5);
    }
    tf.dispose([x, w, ...results.flat()]);
  });

  it("reuses its working memory: kernels leave no tensors and a bounded heap", async () => {
    const step = () =>
      tf.tidy(() => {
        const x = tf.ones<tf.Rank.R4>([8, 16, 16, 8]);
        const w = tf.ones<tf.Rank.R4>([3, 3, 8, 8]);
        return tf.grads((a, b) => tf.sum(tf.leakyRelu(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, "same"))))([
          x,
          w,
        ]);
      });
    tf.dispose(step());
    const { numTensors: tensors, numDataBuffers: buffers } = tf.memory();
    for (let i = 0; i < 20; i++) tf.dispose(step());
    expect(tf.memory().numTensors).toBe(tensors);
    expect(tf.memory().numDataBuffers).toBe(buffers);
  });

  it("leaves the process's error handling alone", () => {
    const handlers = ["uncaughtException", "unhandledRejection"].flatMap((event) => process.rawListeners(event));
    expect(
      handlers.map(String).filter((text) => text.includes("ExitStatus") || text === "reason=>{throw reason}"),
    ).toEqual([]);
  });

  it.each(["gather", "unsortedSegmentSum"])("%s says what is wrong with an index", (name) => {
    const x = tf.ones([3, 2]);
    if (name === "gather")
      expect(() => tf.gather(x, tf.tensor1d([3], "int32"))).toThrow(/GatherV2: the index value 3 is not in \[0, 2\]/);
    else expect(tf.unsortedSegmentSum(x, tf.tensor1d([0, 9, -1], "int32"), 2).shape).toEqual([2, 2]);
  });
});
