import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { bernoulliNoise, categoricalNoise, currentRandom, withRandom } from "../../src/authoring.js";
import { ConfigError, type RandomSource, random } from "../../src/index.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** Noise that is the same value everywhere. */
const constant = (value: number): RandomSource => ({
  normal: (shape) => tf.fill([...shape], value) as never,
  uniform: (shape) => tf.fill([...shape], value) as never,
});

describe("bernoulliNoise", () => {
  it("is 1 as often as its probabilities say", async () => {
    const wanted = [0, 0.1, 0.5, 1];
    const count = 40_000;
    const draws = bernoulliNoise(random(1), tf.mul(tf.ones([count, 1]), tf.tensor2d([wanted])) as tf.Tensor2D);
    const found = await tf.mean(draws, 0).data();
    for (const [i, p] of wanted.entries()) {
      // Four standard errors of a share.
      expect(Math.abs(found[i]! - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / count));
    }
    expect(draws.dtype).toBe("float32");
    expect(new Set(await draws.data())).toEqual(new Set([0, 1]));
  });
});

describe("categoricalNoise", () => {
  it("draws classes as often as their probabilities say", async () => {
    const wanted = [0.1, 0.2, 0.7];
    const count = 30_000;
    const logits = tf.mul(tf.ones([count, 1]), tf.add(tf.log(tf.tensor2d([wanted])), 5));
    const draws = categoricalNoise(random(2), logits);
    expect(draws.shape).toEqual([count]);
    expect(draws.dtype).toBe("int32");
    const values = await draws.data();
    for (const [k, p] of wanted.entries()) {
      const found = values.filter((value) => value === k).length / count;
      expect(Math.abs(found - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / count));
    }
  });

  it.each([0, 1 - 2 ** -24])("lets a uniform value of %d decide nothing by itself", async (extreme) => {
    const noise = tf.tensor2d([
      [0.5, extreme],
      [extreme, 0.5],
    ]);
    const source: RandomSource = { ...constant(0), uniform: () => noise as never };
    const logits = tf.tensor2d([
      [100, 0],
      [0, 100],
    ]);
    expect([...(await categoricalNoise(source, logits).data())]).toEqual([0, 1]);
  });
});

describe("withRandom", () => {
  it("gives the innermost source, and the outer one again afterwards", () => {
    const [outer, inner] = [random(1), random(2)];
    withRandom(outer, () => {
      expect(currentRandom("layer")).toBe(outer);
      expect(withRandom(inner, () => currentRandom("layer"))).toBe(inner);
      expect(() =>
        withRandom(inner, () => {
          throw new Error("inside");
        }),
      ).toThrow("inside");
      expect(currentRandom("layer")).toBe(outer);
    });
    expect(() => currentRandom("dropout1")).toThrow(ConfigError);
    expect(() => currentRandom("dropout1")).toThrow(
      "dropout1: expected a random stream for a call with training: true",
    );
  });

  it("refuses a body that returns a promise", () => {
    expect(() => withRandom(random(1), () => Promise.resolve(1))).toThrow("expected `body` to be synchronous");
  });
});
