import { random } from "@latentkit/core";
import { stepContext, withStep } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { firFilter, growNetwork, progressiveDiscriminator, progressiveGenerator } from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const FADE = 4;
const generatorOf = (side: number, fadeSteps: number, seed: number) =>
  progressiveGenerator({
    ...{ outputShape: [side, side, 2], latentDim: 3, fadeSteps, seed },
    filters: [5, 4, 3].slice(0, Math.log2(side / 2)),
  });
const discriminatorOf = (side: number, fadeSteps: number, seed: number) =>
  progressiveDiscriminator({
    ...{ inputShape: [side, side, 2], groupSize: 2, fadeSteps, seed },
    filters: [5, 4, 3].slice(0, Math.log2(side / 2)),
  });

/** What a network does after so many updates. */
const after = (network: tf.LayersModel, updates: number, x: tf.Tensor): tf.Tensor =>
  withStep(stepContext(random(1), updates, true), () => network.apply(x, { training: true }) as tf.Tensor);

async function difference(a: tf.Tensor, b: tf.Tensor): Promise<number> {
  expect(a.shape).toEqual(b.shape);
  return (await tf.max(tf.abs(tf.sub(a, b))).data())[0]!;
}

describe.each([8, 16])("networks that grow to %d", (side) => {
  it("make the smaller picture, enlarged, as the fade begins, and their own as it ends", async () => {
    const smaller = generatorOf(side / 2, 0, 1);
    const larger = generatorOf(side, FADE, 2);
    const steady = generatorOf(side, 0, 3);
    growNetwork(larger, smaller);
    growNetwork(steady, larger);
    const z = random(5).normal([4, 3]);
    const enlarged = firFilter({ resample: "up", taps: [1, 1] }).apply(smaller.apply(z)) as tf.Tensor;
    expect(await difference(after(larger, 0, z), enlarged)).toBeLessThan(1e-5);
    const own = steady.apply(z) as tf.Tensor;
    expect(await difference(after(larger, FADE, z), own)).toBeLessThan(1e-5);
    expect(await difference(own, enlarged)).toBeGreaterThan(0.01);
    const halfway = tf.mul(0.5, tf.add(enlarged, own));
    expect(await difference(after(larger, FADE / 2, z), halfway)).toBeLessThan(1e-5);
    expect(await difference(larger.apply(z) as tf.Tensor, halfway)).toBeLessThan(1e-5);
  });

  it("judge the halved picture as the smaller one does as the fade begins, and as they do alone as it ends", async () => {
    const smaller = discriminatorOf(side / 2, 0, 1);
    const larger = discriminatorOf(side, FADE, 2);
    const steady = discriminatorOf(side, 0, 3);
    growNetwork(larger, smaller);
    growNetwork(steady, larger);
    const x = random(5).uniform([4, side, side, 2]);
    const halved = smaller.apply(tf.avgPool(x as tf.Tensor4D, 2, 2, "valid")) as tf.Tensor;
    expect(await difference(after(larger, 0, x), halved)).toBeLessThan(1e-5);
    expect(await difference(after(larger, FADE, x), steady.apply(x) as tf.Tensor)).toBeLessThan(1e-5);
    expect(await difference(steady.apply(x) as tf.Tensor, halved)).toBeGreaterThan(1e-3);
  });
});

describe("growNetwork", () => {
  it("refuses networks that have nothing in common, or other widths", () => {
    const small = generatorOf(4, 0, 1);
    const other = progressiveGenerator({ outputShape: [4, 4, 2], latentDim: 3, filters: [6] });
    expect(() => growNetwork(other, small)).toThrow(/expected generator\/start to have weights of one shape/);
    const named = progressiveGenerator({ outputShape: [4, 4, 2], latentDim: 3, filters: [5], name: "maker" });
    expect(() => growNetwork(named, small)).toThrow(/expected networks with layers of one name/);
  });
});
