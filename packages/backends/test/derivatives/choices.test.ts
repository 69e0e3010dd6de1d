import { UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/index.js";

async function slopeOf(run: (x: tf.Tensor) => tf.Tensor, at: tf.TensorLike): Promise<number[]> {
  const x = tf.tensor(at);
  const slope = tf.grad((a: tf.Tensor) => tf.sum(run(a)))(x);
  const values = [...(await slope.data())];
  tf.dispose([x, slope]);
  return values;
}

describe.each(["cpu", "wasm"] as const)("where a derivative is a choice, on %s", (backend) => {
  beforeAll(() => useBackend(backend));

  it("shares what reaches equal extremes", async () => {
    const rows = [
      [1, 3, 3, 0],
      [2, 2, 2, 2],
    ];
    expect(await slopeOf((x) => tf.max(x, 1), rows)).toEqual([0, 0.5, 0.5, 0, 0.25, 0.25, 0.25, 0.25]);
    expect(await slopeOf((x) => tf.min(x, -1, true), rows)).toEqual([0, 0, 0, 1, 0.25, 0.25, 0.25, 0.25]);
    expect(await slopeOf((x) => tf.max(x), rows)).toEqual([0, 0.5, 0.5, 0, 0, 0, 0, 0]);
  });

  it("gives everything to one of two equal operands", async () => {
    for (const run of [tf.maximum, tf.minimum])
      expect(await slopeOf((x) => run(x, tf.scalar(1)), [1, 1])).toEqual([1, 1]);
    expect(await slopeOf((x) => tf.maximum(tf.scalar(1), x), [1, 1])).toEqual([0, 0]);
  });

  it("has the slope 0 at 0 of absolute values and rectifiers", async () => {
    expect(await slopeOf(tf.abs, [-2, 0, 3])).toEqual([-1, 0, 1]);
    expect(await slopeOf(tf.relu, [-2, 0, 3])).toEqual([0, 0, 1]);
  });

  it("gives max pooling's first maximum everything", async () => {
    const image = tf.fill([1, 2, 2, 1], 3).arraySync();
    expect(await slopeOf((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"), image)).toEqual([1, 0, 0, 0]);
    const volume = tf.fill([1, 2, 2, 2, 1], 3).arraySync();
    expect(await slopeOf((x) => tf.maxPool3d(x as tf.Tensor5D, 2, 2, "valid"), volume)).toEqual([
      1, 0, 0, 0, 0, 0, 0, 0,
    ]);
  });

  it("has the slopes of the quotient between integers, none through a rounded quotient of floats", async () => {
    const [a, b] = [tf.tensor1d([1, 2, 3], "int32"), tf.tensor1d([3, 4, 5], "int32")];
    const slopes = tf.grads((p, q) => tf.div(p, q))([a, b], tf.tensor1d([1, 10, 20]));
    for (const [i, expected] of [
      [1 / 3, 10 / 4, 20 / 5],
      [-1 / 9, -20 / 16, -60 / 25],
    ].entries()) {
      for (const [k, value] of [...(await slopes[i]!.data())].entries()) expect(value).toBeCloseTo(expected[k]!, 6);
    }
    expect(await slopeOf((x) => tf.floorDiv(x, tf.scalar(2)), [1.5, 3])).toEqual([0, 0]);
  });

  it("has the slope 1 through casts that lose nothing, 0 through those that round or compare", async () => {
    const truth = tf.tensor1d([1, 0], "bool");
    expect([
      ...(await tf
        .grad((x) => tf.sum(tf.cast(x, "int32")))(truth)
        .data()),
    ]).toEqual([1, 1]);
    expect(await slopeOf((x) => tf.cast(tf.cast(x, "int32"), "float32"), [1.5, 3])).toEqual([0, 0]);
    expect(await slopeOf((x) => tf.cast(tf.cast(x, "bool"), "float32"), [1.5, 3])).toEqual([0, 0]);
  });

  it("has products with zeros and powers at 0 right, twice", async () => {
    expect(
      await slopeOf(
        (x) => tf.prod(x, 1),
        [
          [2, 0, 3],
          [0, 0, 5],
        ],
      ),
    ).toEqual([0, 6, 0, 0, 0, 0]);
    const slope = (run: (x: tf.Tensor) => tf.Tensor) => tf.grad((x: tf.Tensor) => tf.sum(run(x)));
    expect(
      await slopeOf(
        slope((x) => tf.prod(x, 1)),
        [[2, 0, 3]],
      ),
    ).toEqual([3, 5, 2]);
    expect(
      await slopeOf(
        slope((x) => tf.pow(x, 2)),
        [0, 1],
      ),
    ).toEqual([2, 2]);
    expect(
      await slopeOf(
        slope((x) => tf.pow(x, 1)),
        [0, 1],
      ),
    ).toEqual([0, 0]);
  });

  it("has the second derivative of log-softmax: −p(1 − p) and p·q", async () => {
    const p = Math.exp(1) / (Math.exp(1) + 1);
    const first = tf.grad((x: tf.Tensor) => tf.sum(tf.slice(tf.logSoftmax(x), 0, 1)));
    const [a, b] = await slopeOf((x) => tf.slice(first(x), 0, 1), [1, 0]);
    expect(a).toBeCloseTo(-p * (1 - p), 5);
    expect(b).toBeCloseTo(p * (1 - p), 5);
  });

  it("refuses by the operation's own name what has no derivative", () => {
    const x = tf.ones([1, 4, 4, 2]) as tf.Tensor4D;
    const boxes = tf.tensor2d([[0, 0, 1, 1]]);
    const crop = (a: tf.Tensor) => tf.image.cropAndResize(a as tf.Tensor4D, boxes, tf.tensor1d([0], "int32"), [2, 2]);
    const resize = (a: tf.Tensor) => tf.image.resizeBilinear(a as tf.Tensor4D, [8, 8], false, true);
    const normalise = (a: tf.Tensor) => tf.localResponseNormalization(a as tf.Tensor4D);
    const slope = (run: (a: tf.Tensor) => tf.Tensor) => tf.grad((a: tf.Tensor) => tf.sum(tf.square(run(a))));
    for (const [run, name] of [
      [slope(crop), /^cropAndResize: has no gradient/],
      [slope(resize), /^resizeBilinear: has no gradient with halfPixelCenters/],
      [slope(slope(normalise)), /^localResponseNormalization: has no second derivative/],
    ] as const) {
      expect(() => run(x)).toThrow(UnsupportedError);
      expect(() => run(x)).toThrow(name);
    }
  });
});
