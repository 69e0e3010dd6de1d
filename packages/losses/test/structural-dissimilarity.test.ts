import { ConfigError, random, ShapeError } from "@latentkit/core";
import { finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { structuralDissimilarity } from "../src/index.js";
import fixture from "./fixtures/structural-dissimilarity.json" with { type: "json" };

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("structuralDissimilarity", () => {
  it.each(fixture.cases)("is what numpy gives, window by window: $scales scales, window $windowSize", async (one) => {
    const { scales, windowSize, values } = one;
    const [x, y] = [tf.tensor(fixture.x), tf.tensor(fixture.y)];
    const found = structuralDissimilarity(x, y, { scales, windowSize });
    for (const [i, value] of (await found.data()).entries()) expect(value).toBeCloseTo(values[i]!, 5);
    tf.dispose([x, y, found]);
  });

  it("is 0 for equal images, the same both ways, and takes as many scales as the window fits into", async () => {
    const [x, y] = [tf.tensor(fixture.x), tf.tensor(fixture.y)];
    const all = [
      structuralDissimilarity(x, x, { windowSize: 3 }),
      structuralDissimilarity(x, y, { windowSize: 3 }),
      structuralDissimilarity(y, x, { windowSize: 3 }),
      structuralDissimilarity(x, y, { windowSize: 3, scales: 3 }), // 12, 6 and 3 pixels
    ];
    const [same, there, back, three] = await Promise.all(all.map(async (value) => [...(await value.data())]));
    for (const value of same!) expect(value).toBeCloseTo(0, 5);
    expect(back).toEqual(there);
    expect(three).toEqual(there);
    tf.dispose([x, y, all]);
  });

  it("has the slopes of finite differences, where correlations are negative too", async () => {
    const x = random(1).uniform([1, 6, 6, 1]);
    const y = tf.tidy(() => tf.add(tf.mul(tf.sub(1, x), 0.8), tf.mul(random(2).uniform([1, 6, 6, 1]), 0.2)));
    const loss = (image: tf.Tensor): tf.Scalar =>
      tf.sum(structuralDissimilarity(x, image, { windowSize: 3, scales: 2 }));
    const exact = tf.grad(loss)(y);
    const numeric = await finiteDifferences(loss, y);
    for (const [i, slope] of (await exact.data()).entries()) expect(slope).toBeCloseTo(numeric[i]!, 2);
    expect(Math.max(...(await exact.data()).map(Math.abs))).toBeGreaterThan(0.02);
    tf.dispose([x, y, exact]);
  });

  it("refuses what are no images, windows that do not fit, and even ones", () => {
    const [image, flat] = [tf.zeros([1, 8, 8, 1]), tf.zeros([1, 64])];
    expect(() => structuralDissimilarity(flat, flat)).toThrow(ShapeError);
    expect(() => structuralDissimilarity(image, image)).toThrow(/windowSize/);
    expect(() => structuralDissimilarity(image, image, { windowSize: 5, scales: 3 })).toThrow(ShapeError);
    expect(() => structuralDissimilarity(image, image, { windowSize: 4 })).toThrow(ConfigError);
    tf.dispose([image, flat]);
  });
});
