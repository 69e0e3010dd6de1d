import { ConfigError, DataError, random, ShapeError } from "@latentkit/core";
import { finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { maximumMeanDiscrepancy } from "../src/index.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("maximumMeanDiscrepancy", () => {
  it("is that of two Gaussians in closed form, on average", async () => {
    // k = exp(−d²/C), a ~ N(0, I), b ~ N(m, I): E k(a, a') = (C/(C + 4))^(D/2), across times exp(−‖m‖²/(C + 4)).
    const [size, scale, shift, runs, n] = [2, 4, 1, 60, 60];
    const within = (scale / (scale + 4)) ** (size / 2);
    const truth = 2 * within * (1 - Math.exp(-(size * shift ** 2) / (scale + 4)));
    const values = await Promise.all(
      Array.from({ length: runs }, async (_, seed) => {
        const value = tf.tidy(() => {
          const [a, b] = [random(seed).normal([n, size]), tf.add(random(seed + 1000).normal([n, size]), shift)];
          return maximumMeanDiscrepancy(a, b, { kernel: "gaussian", scale });
        });
        const number = (await value.data())[0]!;
        value.dispose();
        return number;
      }),
    );
    const mean = values.reduce((sum, value) => sum + value) / runs;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / runs);
    expect(Math.abs(mean - truth)).toBeLessThan((4 * deviation) / Math.sqrt(runs)); // four standard errors
    expect(deviation / Math.sqrt(runs)).toBeLessThan(0.1 * truth); // and those are small beside it
  });

  it.each(["gaussian", "inverseMultiquadratic"] as const)(
    "has the slopes of finite differences, %s",
    async (kernel) => {
      const [a, b] = [random(1).normal([4, 2]), random(2).normal([4, 2])];
      const loss = (codes: tf.Tensor): tf.Scalar => maximumMeanDiscrepancy(codes, b, { kernel });
      const exact = tf.grad(loss)(a);
      const numeric = await finiteDifferences(loss, a);
      for (const [i, slope] of (await exact.data()).entries()) expect(slope).toBeCloseTo(numeric[i]!, 2);
      expect(Math.max(...(await exact.data()).map(Math.abs))).toBeGreaterThan(0.05);
      tf.dispose([a, b, exact]);
    },
  );

  it("refuses samples that differ in shape, single points and unknown kernels", () => {
    const [three, four, one] = [tf.zeros([3, 2]), tf.zeros([4, 2]), tf.zeros([1, 2])];
    expect(() => maximumMeanDiscrepancy(three, four)).toThrow(ShapeError);
    expect(() => maximumMeanDiscrepancy(one, one)).toThrow(DataError);
    expect(() => maximumMeanDiscrepancy(three, three, { kernel: "linear" as never })).toThrow(ConfigError);
    expect(() => maximumMeanDiscrepancy(three, three, { scale: 0 })).toThrow(/scale/);
    tf.dispose([three, four, one]);
  });
});
