import { readFile } from "node:fs/promises";
import { ConfigError, DataError, random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fitWrappedNormal, wrappedNormal, wrappedNormalPosterior } from "../../src/index.js";

interface Case {
  readonly curvature: number;
  readonly tangent: number[];
  readonly logVariance: number[];
  readonly noise: number[];
  readonly mean: number[];
  readonly z: number[];
  readonly logDensity: number;
}
let cases: readonly Case[];
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  ({ cases } = JSON.parse(await readFile(new URL("../fixtures/ball.json", import.meta.url), "utf8")));
});

const close = (actual: ArrayLike<number>, expected: readonly number[], tolerance: number) => {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(tolerance);
};
const fixed = (noise: readonly number[]) => ({
  normal: () => tf.tensor2d([[...noise]]) as never,
  uniform: () => tf.zeros([1]) as never,
});

describe("wrappedNormalPosterior", () => {
  it("draws and scores as PyTorch does, whose densities are determinants of the whole map", async () => {
    for (const { curvature, tangent, logVariance, noise, mean, z, logDensity } of cases) {
      const posterior = wrappedNormalPosterior({ curvature });
      const outputs = [tf.tensor2d([tangent]), tf.tensor2d([logVariance])];
      close(await posterior.code(outputs).data(), mean, 1e-5);
      const drawn = posterior.draw(outputs, fixed(noise));
      close(await drawn.z.data(), z, 1e-5);
      close(await drawn.logDensity().data(), [logDensity], 1e-4);
      close(await posterior.logDensity!(outputs, tf.tensor2d([z])).data(), [logDensity], 2e-3);
    }
  });

  it("has the same densities for several draws, and finite gradients at the origin and near the edge", async () => {
    const posterior = wrappedNormalPosterior({ curvature: 0.7 });
    const outputs = [random(1).normal([3, 2]), random(2).normal([3, 2])] as tf.Tensor2D[];
    const { z, logDensity } = posterior.draw(outputs, random(3).at(0), 4);
    expect(z.shape).toEqual([3, 4, 2]);
    const each = outputs.map((output) => tf.expandDims(output, 1));
    close(await logDensity().data(), [...(await posterior.logDensity!(each, z).data())], 2e-3);
    for (const far of [0, 30]) {
      const score = (mean: tf.Tensor): tf.Tensor => {
        const drawn = posterior.draw([mean as tf.Tensor2D, tf.zeros([1, 2])], random(5).at(0));
        return tf.sub(drawn.logDensity(), wrappedNormal({ curvature: 0.7 }).logDensity(drawn.z));
      };
      const { value, grad } = tf.valueAndGrad(score)(tf.fill([1, 2], far));
      for (const number of [...(await value.data()), ...(await grad.data())]) expect(number).toBeTypeOf("number");
      expect([...(await grad.data())].every(Number.isFinite)).toBe(true);
      expect(Number.isFinite((await value.data())[0])).toBe(true);
    }
  });
});

describe("wrappedNormal", () => {
  it("has an integral of 1 over the ball's own volume", async () => {
    for (const [curvature, deviation] of [
      [1, 0.6],
      [0.5, 1],
    ] as const) {
      const prior = wrappedNormal({ curvature, deviation });
      const side = 400;
      const radius = 1 / Math.sqrt(curvature);
      const step = (2 * radius) / side;
      const axis = tf.linspace(-radius + step / 2, radius - step / 2, side);
      const grid = tf.stack(tf.meshgrid(axis, axis), 2);
      const squares = tf.mul(curvature, tf.sum(tf.square(grid), 2));
      const inside = tf.cast(tf.less(squares, 0.9999), "float32");
      const factor = tf.div(2, tf.sub(1, tf.mul(squares, inside)));
      const mass = tf.mul(tf.mul(tf.exp(prior.logDensity(grid)), tf.square(factor)), inside);
      expect((await tf.sum(mass).data())[0]! * step * step).toBeCloseTo(1, 2);
    }
  });

  it("is found again from its draws", async () => {
    const codes = wrappedNormal({ curvature: 2, deviation: 0.7 }).sample(3000, 3, random(4));
    const fitted = await fitWrappedNormal(codes, { curvature: 2 });
    const z = tf.tensor2d([[0.1, 0.2, -0.3]]);
    const [actual] = await fitted.logDensity(z).data();
    const [expected] = await wrappedNormal({ curvature: 2, deviation: 0.7 }).logDensity(z).data();
    expect(Math.abs(actual! - expected!)).toBeLessThan(0.1); // 9,000 squares: σ is right to about 1 %
  });

  it("refuses flat space and codes that are none", async () => {
    expect(() => wrappedNormal({ curvature: 0 })).toThrow(ConfigError);
    expect(() => wrappedNormalPosterior({ curvature: -1 })).toThrow(ConfigError);
    await expect(fitWrappedNormal(tf.tensor2d([[Number.NaN, 0]]))).rejects.toThrow(DataError);
  });
});
