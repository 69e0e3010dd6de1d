import type { Compile, GivenLike, Reconstructs, SampleOptions, Samples } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { reconstructionSheet, sampleSheet } from "../../src/index.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** A picture as bright as its class is far along: class 2 of 4 is ½. */
const shade = (given: GivenLike | undefined, count: number): tf.Tensor =>
  tf.tidy(() => tf.tile(tf.reshape(tf.div(given?.label as tf.TensorLike, 4), [count, 1, 1, 1]), [1, 2, 2, 1]));
const declared = { label: { shape: [null], classes: 5 } };
const model: Samples & Reconstructs = {
  given: declared,
  sample: (options: SampleOptions | number) =>
    shade((options as SampleOptions).given, (options as SampleOptions).count),
  reconstruct: (x, given) => shade(given, x.shape[0]!),
};
const exact = { upscale: 1, gap: 0 };

describe("sheets of models that draw step by step", () => {
  it("are drawn as they are without a run's executor, which cannot compute a promise", async () => {
    const stepwise: Samples = { given: declared, sample: async (options) => model.sample(options) };
    const later: Samples = { given: declared, sample: (options) => Promise.resolve(model.sample(options)) };
    const compile: Compile = () => expect.unreachable("nothing to make ready");
    const asked = { count: 2, given: { label: [1, 3] }, ...exact };
    const plain = await sampleSheet(model, asked);
    const before = tf.memory().numTensors;
    for (const one of [stepwise, later, later]) {
      expect((await sampleSheet(one, { ...asked, compile })).data).toEqual(plain.data);
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("sheets of conditional models", () => {
  it("show each image under its own condition, also past the first chunk", async () => {
    const count = 100;
    const label = Array.from({ length: count }, (_, i) => i % 5);
    const samples = await sampleSheet(model, { count, given: { label }, columns: count, ...exact });
    const x = tf.zeros([count, 2, 2, 1]);
    const pairs = await reconstructionSheet(model, x, { given: { label }, columns: count, ...exact });
    const channels = samples.data.length / (samples.width * samples.height);
    const below = pairs.data.length / (pairs.width * pairs.height);
    for (const i of [0, 1, 2, 3, 4, 63, 64, 99]) {
      const value = Math.round((255 * (i % 5)) / 4);
      expect(Math.abs(samples.data[2 * i * channels]! - value)).toBeLessThanOrEqual(1);
      const left = pairs.width - 2 * count;
      expect(Math.abs(pairs.data[(2 * pairs.width + left + 2 * i) * below]! - value)).toBeLessThanOrEqual(1);
    }
    x.dispose();
  });
});
