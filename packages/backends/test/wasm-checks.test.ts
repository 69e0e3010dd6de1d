import { ShapeError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../src/index.js";

const ints = (values: number[]): tf.Tensor => tf.tensor(values, undefined, "int32");
const run = (name: string, inputs: object, attrs: object = {}) =>
  tf.engine().runKernel(name, inputs as never, attrs as never) as tf.Tensor;
const crop = (shape: number[], boxInd: number[]): tf.Tensor =>
  run(
    "CropAndResize",
    { image: tf.ones(shape), boxes: tf.ones([1, 4]), boxInd: ints(boxInd) },
    { cropSize: [2, 2], method: "bilinear", extrapolationValue: 0 },
  );
const count = (x: number[], weights: tf.Tensor): tf.Tensor =>
  run("DenseBincount", { x: ints(x), weights }, { size: 3, binaryOutput: false });
const values = async (x: tf.Tensor): Promise<number[]> => [...(await x.data())];

describe("wasm kernels touch no memory but their tensors'", () => {
  beforeAll(() => useBackend("wasm"));

  it.each<[string, () => tf.Tensor]>([
    ["inner sizes", () => tf.matMul(tf.ones([2, 3]), tf.ones([4, 5]))],
    ["a vector", () => run("BatchMatMul", { a: tf.ones([3]), b: tf.ones([3, 2]) })],
    ["a slice beyond the end", () => tf.slice(tf.ones([3]), 2, 5)],
    ["unequal parts of a concatenation", () => tf.concat([tf.ones([1, 8]), tf.ones([1, 9])], 0)],
    ["more segments than rows", () => tf.unsortedSegmentSum(tf.ones([2, 2]), tf.tensor1d([0, 1, 0], "int32"), 2)],
    ["too few repetitions", () => run("Tile", { x: tf.ones([2, 2]) }, { reps: [2] })],
    [
      "a filter of other channels",
      () =>
        run(
          "Conv2D",
          { x: tf.ones([1, 4, 4, 2]), filter: tf.ones([2, 2, 3, 1]) },
          { strides: 1, pad: "valid", dataFormat: "NHWC" },
        ),
    ],
    [
      "a gradient of another size",
      () =>
        tf.conv2dTranspose(
          tf.ones<tf.Rank.R4>([1, 3, 3, 1]),
          tf.ones<tf.Rank.R4>([3, 3, 1, 1]),
          [1, 4, 4, 1],
          1,
          "same",
        ),
    ],
    [
      "a gradient of another pooling",
      () =>
        run(
          "MaxPoolGrad",
          { dy: tf.ones([1, 4, 4, 1]), input: tf.ones([1, 4, 4, 1]), output: tf.ones([1, 2, 2, 1]) },
          { filterSize: 2, strides: 2, pad: "valid" },
        ),
    ],
    [
      "choices of two shapes",
      () => run("Select", { condition: tf.ones([2], "bool"), t: tf.ones([2]), e: tf.ones([3]) }),
    ],
    ["boxes of pictures that are not there", () => crop([1, 4, 4, 1], [5])],
    ["more boxes than places", () => crop([1, 4, 4, 1], [0, 0])],
    ["slopes of another size", () => run("Prelu", { x: tf.ones([2, 3]), alpha: tf.ones([2, 2, 3]) })],
    ["a place outside a sparse tensor", () => tf.sparseToDense(ints([9]), tf.ones([1]), [4], tf.scalar(0))],
    ["fewer weights than values", () => count([0, 1, 2], tf.ones([2]))],
    ["counts of negative numbers", () => count([-500, 1], tf.ones([2]))],
    ["more of the largest than there are", () => run("TopK", { x: tf.ones([3]) }, { k: 9, sorted: true })],
    ["sums of two sizes", () => tf.engine().runKernel("AddN", [tf.ones([100]), tf.ones([2])] as never) as tf.Tensor],
    ["slopes of ELU of another size", () => run("EluGrad", { dy: tf.ones([2]), y: tf.ones([100]) })],
    ["a negative number of draws", () => run("Multinomial", { logits: tf.ones([2, 3]) }, { numSamples: -1, seed: 1 })],
    ["pictures without height", () => run("ResizeBilinear", { images: tf.ones([4]) }, { size: [3, 3] })],
    ["mirrored vectors", () => run("FlipLeftRight", { image: tf.ones([2, 3]) })],
    [
      "boxes without scores",
      () => run("NonMaxSuppressionV3", { boxes: tf.ones([50, 4]), scores: tf.ones([2]) }, { maxOutputSize: 9 }),
    ],
    ["blocks that do not divide", () => run("DepthToSpace", { x: tf.ones([1, 1, 1, 3]) }, { blockSize: 2 })],
  ])("%s: refused with a ShapeError", (_, body) => {
    const held = tf.zeros([64]);
    expect(() => tf.tidy(body)).toThrow(ShapeError);
    expect([...held.dataSync()].every((value) => value === 0)).toBe(true);
    held.dispose();
  });

  it("sizes that are none are refused, and leave the memory usable", async () => {
    expect(() => run("Fill", {}, { shape: [2, Number.NaN], value: 1, dtype: "float32" })).toThrow(ShapeError);
    expect(await values(tf.add(tf.ones([2]), 1))).toEqual([2, 2]);
  });

  it("takes slopes along the axes that they stand for", async () => {
    const x = tf.fill([2, 2, 2], -1);
    expect(await values(tf.prelu(x, tf.tensor2d([1, 2], [2, 1])))).toEqual([-1, -1, -2, -2, -1, -1, -2, -2]);
    expect(await values(tf.prelu(x, tf.tensor3d([1, 2], [2, 1, 1])))).toEqual([-1, -1, -1, -1, -2, -2, -2, -2]);
    expect(await values(tf.prelu(x, tf.tensor1d([1, 2])))).toEqual([-1, -2, -1, -2, -1, -2, -1, -2]);
  });

  it("a slice before the start is refused", () => {
    expect(() => run("Slice", { x: tf.ones([3]) }, { begin: [-1], size: [2] })).toThrow(/slice/i);
  });

  it.each([3, -4])("running sums along axis %s of three are refused", (axis) => {
    expect(() => tf.cumsum(tf.ones([2, 3, 2]), axis)).toThrow(/axis/i);
    expect(() => tf.cumprod(tf.ones([2, 3, 2]), axis)).toThrow(/axis/i);
  });

  it("gives the sum of nothing, integers, biases of one value and mixed types their values", async () => {
    expect(await values(tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 2])))).toEqual([0, 0, 0, 0]);
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2], "int32");
    expect(await values(tf.fused.matMul({ a, b: a as never }))).toEqual([7, 10, 15, 22]);
    const one = tf.fused.matMul({ a: tf.ones([1, 2]), b: tf.ones([2, 3]), bias: tf.tensor([1]), activation: "relu" });
    expect(await values(one)).toEqual([3, 3, 3]);
    expect(await values(tf.einsum("ij,jk->ik", tf.cast(a, "float32"), a))).toEqual([7, 10, 15, 22]);
    expect(await values(tf.reverse(tf.tensor1d([1, 2, 3]), [0, 0]))).toEqual([3, 2, 1]);
  });

  it("transposed convolutions read dy by its own size, where it is larger than their result", async () => {
    // Windows of one pixel: the result is the part of dy that lies on it.
    const dy = tf.reshape(tf.range(0, 64, 1, "float32"), [1, 8, 8, 1]) as tf.Tensor4D;
    const y = tf.conv2dTranspose(dy, tf.ones([1, 1, 1, 1]), [1, 4, 4, 1], 1, "same");
    expect(await values(y)).toEqual([0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27]);
  });

  it("leaves nothing behind when a bias does not fit", () => {
    const [a, b, bias] = [tf.ones<tf.Rank.R2>([2, 3]), tf.ones<tf.Rank.R2>([3, 2]), tf.ones([3])];
    const { numDataBuffers } = tf.memory();
    const attrs = { transposeA: false, transposeB: false, activation: "linear" };
    expect(() => run("_FusedMatMul", { a, b, bias }, attrs)).toThrow(/bias of 1 or 2 values, received \[3\]/);
    expect(tf.memory().numDataBuffers).toBe(numDataBuffers);
  });

  it("casts every integer but 0, and what is not a number, to true", async () => {
    expect(await values(tf.cast(ints([0, 256, -512, 1]), "bool"))).toEqual([0, 1, 1, 1]);
    expect(await values(tf.cast(tf.tensor1d([0, 0.25, Number.NaN]), "bool"))).toEqual([0, 1, 1]);
  });

  it("slices with axes taken away, and scatters by lists of places", async () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    expect(await values(tf.stridedSlice(x, [1, 0], [2, 2], [1, 1], 0, 0, 0, 0, 1))).toEqual([3, 4]);
    expect(await values(tf.stridedSlice(x, [0, 1], [3, 2], [2, 1], 0, 0, 0, 0, 2))).toEqual([2, 6]);
    expect(await values(tf.scatterND(ints([2, 0, 2]), tf.tensor1d([1, 2, 4]), [4]))).toEqual([2, 0, 5, 0]);
  });

  it("keeps integers beyond 2²⁴", async () => {
    const x = tf.tensor1d([2 ** 24, 1, 2 ** 24, 1], "int32");
    expect(await values(tf.sum(x))).toEqual([2 ** 25 + 2]);
    expect(await values(tf.stridedSlice(tf.tensor1d([2 ** 24 + 1, 5, 2 ** 24 + 3], "int32"), [0], [3], [2]))).toEqual([
      2 ** 24 + 1,
      2 ** 24 + 3,
    ]);
  });

  it("moves truth values a byte each", async () => {
    const x = tf.tensor1d([1, 0, 1, 1, 0], "bool");
    expect(await values(tf.reverse(x))).toEqual([0, 1, 1, 0, 1]);
    expect(await values(tf.where(x, x, tf.logicalNot(x)))).toEqual([1, 1, 1, 1, 1]);
    expect(await values(tf.oneHot(ints([2, 0]) as tf.Tensor1D, 3, 1, 0, "bool"))).toEqual([0, 0, 1, 1, 0, 0]);
    expect(await values(tf.linalg.bandPart(tf.ones([3, 3], "bool"), -1, 0))).toEqual([1, 0, 0, 1, 1, 0, 1, 1, 1]);
  });

  it("gathers within batches and takes seven axes", async () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(await values(tf.gather(x, tf.tensor2d([2, 0, 1, 1], [2, 2], "int32"), 1, 1))).toEqual([3, 1, 5, 5]);
    const deep = tf.reshape(tf.range(0, 8), [1, 2, 1, 2, 1, 2, 1]);
    expect(await values(tf.add(tf.transpose(deep, [5, 4, 3, 2, 1, 0, 6]), 1))).toEqual([1, 5, 3, 7, 2, 6, 4, 8]);
  });
});
