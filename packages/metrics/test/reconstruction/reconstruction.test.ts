import { ConfigError, ShapeError } from "@latentkit/core";
import { psnr, reconstructionError, reconstructionQuality, ssim } from "@latentkit/metrics";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import cases from "../fixtures/images.json" with { type: "json" };

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const expectClose = async (actual: tf.Tensor, expected: readonly number[], tolerance: number): Promise<void> => {
  const values = await actual.data();
  expect(actual.shape).toEqual([expected.length]);
  expected.forEach((value, i) => {
    expect(Math.abs(values[i]! - value)).toBeLessThan(tolerance);
  });
};

describe("ssim and psnr", () => {
  for (const { shape, peak, deviation, windowSize, x, y, ...expected } of cases) {
    it(`agree with scipy for ${shape.join("×")} and a peak of ${peak}`, async () => {
      const [a, b] = [tf.tensor(x, shape), tf.tensor(y, shape)];
      // float32 leaves about 1e-7 of the peak squared in a variance, of which C₂ is 9e-4.
      await expectClose(ssim(a, b, { peak, deviation, windowSize }), expected.ssim, 1e-4);
      await expectClose(ssim(b, a, { peak, deviation, windowSize }), expected.ssim, 1e-4);
      await expectClose(psnr(a, b, { peak }), expected.psnr, 1e-4);
      await expectClose(ssim(a, a, { peak, deviation, windowSize }), [1, 1], 1e-5);
    });
  }

  it("give 1 and infinity for equal images, and 0 or less for opposite ones", async () => {
    const x = tf.randomUniform([2, 16, 16, 1], 0, 1, "float32", 3);
    expect([...(await psnr(x, x).data())]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    for (const value of await ssim(x, tf.sub(1, x)).data()) expect(value).toBeLessThan(0);
  });

  it("have a gradient that finds the way back", async () => {
    const target = tf.randomUniform([1, 12, 12, 1], 0.2, 0.8, "float32", 4);
    const start = tf.add(target, tf.randomNormal(target.shape, 0, 0.1, "float32", 5));
    const gradient = tf.grad((x: tf.Tensor) => tf.mean(ssim(x, target)))(start);
    const [before] = await ssim(start, target).data();
    const [after] = await ssim(tf.add(start, tf.mul(gradient, 1)), target).data();
    expect(after).toBeGreaterThan(before!);
  });

  it("refuse images of other shapes, smaller than the window, and even windows", () => {
    const [small, large] = [tf.zeros([1, 8, 8, 1]), tf.zeros([1, 16, 16, 1])];
    expect(() => ssim(small, small)).toThrow(/11×11.*windowSize/);
    expect(() => ssim(small, large)).toThrow(ShapeError);
    expect(() => ssim(tf.zeros([4, 4]), tf.zeros([4, 4]))).toThrow(ShapeError);
    expect(() => ssim(large, large, { windowSize: 4 })).toThrow(ConfigError);
    expect(() => psnr(small, large)).toThrow(ShapeError);
    expect(() => psnr(small, small, { peak: 0 })).toThrow(ConfigError);
    expect(() => psnr(tf.zeros([3]), tf.zeros([3]))).toThrow(ShapeError);
  });
});

describe("reconstructionError and reconstructionQuality", () => {
  it("average over all examples whatever the batches, and leak nothing", async () => {
    const [first] = cases;
    const [a, b] = [tf.tensor(first!.x, first!.shape), tf.tensor(first!.y, first!.shape)];
    const before = tf.memory().numTensors;
    let at = 0;
    const model = { reconstruct: () => tf.slice(b, at++ % 2, 1) };
    const { perExample, mean } = await reconstructionError(model, a, { batchSize: 1 });
    first!.meanSquaredError.forEach((value, i) => {
      expect(perExample[i]).toBeCloseTo(value, 6);
    });
    expect(mean).toBeCloseTo((first!.meanSquaredError[0]! + first!.meanSquaredError[1]!) / 2, 6);
    const quality = await reconstructionQuality(model, a, { batchSize: 1 });
    expect(quality.meanSquaredError.mean).toBeCloseTo(mean, 9);
    expect(quality.psnr.mean).toBeCloseTo((first!.psnr[0]! + first!.psnr[1]!) / 2, 4);
    expect(quality.ssim.mean).toBeCloseTo((first!.ssim[0]! + first!.ssim[1]!) / 2, 4);
    expect(quality.ssim.count).toBe(2);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("takes perfect reconstructions", async () => {
    const quality = await reconstructionQuality({ reconstruct: tf.clone }, tf.ones([3, 12, 12, 1]));
    expect(quality.psnr.mean).toBe(Number.POSITIVE_INFINITY);
    expect(quality.meanSquaredError).toEqual({ mean: 0, standardError: 0, count: 3 });
  });

  it("name a model that returns another shape", async () => {
    const model = { reconstruct: (x: tf.Tensor) => tf.slice(x, 0, 1) };
    await expect(reconstructionError(model, tf.zeros([4, 3]))).rejects.toThrow(
      /model.reconstruct\(x\).*\[4, 3\].*\[1, 3\]/,
    );
    await expect(reconstructionQuality(model, tf.zeros([4, 12, 12, 1]))).rejects.toThrow(ShapeError);
  });
});
