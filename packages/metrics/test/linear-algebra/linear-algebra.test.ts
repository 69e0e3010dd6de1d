import { ConfigError, DataError, ShapeError } from "@latentkit/core";
import { principalAngles, principalComponents } from "@latentkit/metrics";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import fixture from "../fixtures/linear-algebra.json" with { type: "json" };

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe("principalComponents", () => {
  it("agrees with numpy for any batch size, with a mean that dwarfs the spread", async () => {
    for (const batchSize of [7, 1000]) {
      const pca = await principalComponents(tf.tensor2d(fixture.data), { batchSize });
      // The data are float32 near 100: relative 1e-7 of that is 1e-5 of a value.
      pca.variances.forEach((value, i) => {
        expect(Math.abs(value / fixture.variances[i]! - 1)).toBeLessThan(1e-4);
      });
      pca.mean.forEach((value, i) => {
        expect(value).toBeCloseTo(fixture.mean[i]!, 4);
      });
      pca.components.forEach((component, i) => {
        const cosine = component.reduce((sum, value, j) => sum + value * fixture.components[i]![j]!, 0);
        expect(Math.abs(cosine)).toBeCloseTo(1, 6);
      });
    }
  });

  it("restores with a squared error of exactly the discarded variances", async () => {
    const data = tf.tensor(fixture.data.flat(), [40, 2, 3]);
    const pca = await principalComponents(data, { components: 2 });
    expect(pca.components.length).toBe(2);
    expect(pca.variances.length).toBe(6);
    const error = tf.tidy(() =>
      tf.mean(tf.sum(tf.squaredDifference(pca.restore(pca.project(data)), data.reshape([40, 6])), 1)),
    );
    expect((await error.data())[0]! / pca.discarded).toBeCloseTo(1, 3);
    expect(pca.discarded).toBeCloseTo(
      fixture.variances.slice(2).reduce((a, b) => a + b),
      3,
    );
  });

  it("leaks nothing and refuses what it cannot do", async () => {
    const data = tf.tensor2d(fixture.data);
    const before = tf.memory().numTensors;
    const pca = await principalComponents(data, { components: 1 });
    await expect(principalComponents(data, { components: 7 })).rejects.toThrow(/components.*≤ 6/);
    const [none, large, narrow] = [tf.zeros([0, 3]), tf.zeros([2, 5000]), tf.zeros([4, 3])];
    await expect(principalComponents(none)).rejects.toThrow(DataError);
    await expect(principalComponents(large)).rejects.toThrow(ConfigError);
    expect(() => pca.project(narrow)).toThrow(ShapeError);
    tf.dispose([none, large, narrow]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("principalAngles", () => {
  it("agrees with scipy, from arrays and from tensors", async () => {
    for (const [other, expected] of [
      [fixture.b, fixture.anglesAB],
      [fixture.near, fixture.anglesNear],
    ] as const) {
      const exact = await principalAngles(fixture.a, other);
      exact.forEach((angle, i) => {
        expect(angle).toBeCloseTo(expected[i]!, 9);
      });
      const rounded = await principalAngles(tf.tensor2d(fixture.a), tf.tensor2d(other));
      rounded.forEach((angle, i) => {
        expect(angle).toBeCloseTo(expected[i]!, 6);
      });
    }
  });

  it("are zero for two bases of one space", async () => {
    const [u, v, w] = fixture.a as [number[], number[], number[]];
    const mixed = [u.map((value, i) => value + 2 * v[i]!), v.map((value, i) => value - w[i]!), w];
    for (const angle of await principalAngles(fixture.a, mixed)) expect(angle).toBeLessThan(1e-7);
  });

  it("refuses dependent vectors, vectors of other lengths and none", async () => {
    await expect(
      principalAngles(
        [
          [1, 2],
          [2, 4],
        ],
        [[1, 0]],
      ),
    ).rejects.toThrow(/`a`.*linearly independent/);
    await expect(principalAngles([[1, 0]], [[1], [2]])).rejects.toThrow(ShapeError);
    await expect(principalAngles([], [[1]])).rejects.toThrow(ShapeError);
    await expect(principalAngles([[1], [2]], [[1]])).rejects.toThrow(ShapeError);
  });
});
