import { linearSchedule, random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { differentiableAugmentation, instanceNoise, nonSaturatingGan, replayBuffer } from "../src/index.js";
import { planePair, points } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describe("replayBuffer", () => {
  const zeros = (count: number) => tf.zeros([count, 1]);

  it("mixes remembered samples in and remembers those they displace", async () => {
    const buffer = replayBuffer({ capacity: 10, share: 0.25 }, zeros);
    const fresh = tf.tensor2d([1, 2, 3, 4], [4, 1]);
    const mixed = await buffer.mix(fresh, stepContext(random(1), 0, true)).data();
    expect([...mixed]).toEqual([1, 2, 3, 0]);
    expect([...(await buffer.memory.data())].sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 4]);
  });

  it("does neither in evaluation", async () => {
    const buffer = replayBuffer({ capacity: 4 }, zeros);
    const mixed = await buffer.mix(tf.ones([4, 1]), stepContext(random(1))).data();
    expect([...mixed]).toEqual([1, 1, 1, 1]);
    expect([...(await buffer.memory.data())]).toEqual([0, 0, 0, 0]);
  });

  it("gives every place the same chance, so that ages are geometric", async () => {
    const [capacity, steps, count] = [64, 400, 3];
    const buffer = replayBuffer({ capacity, share: 0.5 }, zeros);
    const ages: number[] = [];
    for (let i = 1; i <= steps; i++) {
      tf.tidy(() => buffer.mix(tf.fill([2 * count, 1], i), stepContext(random(2).at(i), i, true)));
      if (i % 40 === 0) for (const born of await buffer.memory.data()) if (born > 0) ages.push(i - born);
    }
    // Each step keeps a place with probability 1 − 3/64: the mean age is 64/3 − 1 = 20.3. Ten looks at 64 places, cut off at
    // the start of the run and correlated over 20 steps, know it to some 10 %.
    const mean = ages.reduce((sum, age) => sum + age, 0) / ages.length;
    expect(mean).toBeGreaterThan(17.5);
    expect(mean).toBeLessThan(23);
  });

  it("is saved with the model, and changes in the discriminator's training step only", async () => {
    const model = nonSaturatingGan({ ...planePair(), replay: { capacity: 8, seed: 3 } });
    const memory = model.state!.replay!;
    const start = await memory.data();
    const { x } = points();
    tf.tidy(() => model.objectives[1]!.loss({ x }, stepContext(random(1), 0, true)).total);
    expect(await memory.data()).toEqual(start);
    tf.tidy(() => model.objectives[0]!.loss({ x }, stepContext(random(1), 0, true)).total);
    expect(await memory.data()).not.toEqual(start);
  });
});

describe("instanceNoise", () => {
  it("adds noise of the scheduled deviation", async () => {
    const view = instanceNoise({ deviation: linearSchedule({ from: 0.4, to: 0, steps: 10 }) });
    const x = tf.ones([2000, 2]);
    const deviation = async (step: number) =>
      Math.sqrt((await tf.moments(view(x, stepContext(random(1), step))).variance.data())[0]!);
    // The standard error of a deviation over 4,000 values is 1.1 %.
    expect(Math.abs((await deviation(0)) - 0.4)).toBeLessThan(0.02);
    expect(Math.abs((await deviation(5)) - 0.2)).toBeLessThan(0.01);
    expect(await deviation(10)).toBe(0);
  });
});

describe("differentiableAugmentation", () => {
  const images = random(1).uniform<tf.Rank.R4>([6, 8, 8, 2]);
  const still = { brightness: 0, contrast: 0, translation: 0, cutout: 0 };

  it("does nothing when told nothing", async () => {
    expect(await differentiableAugmentation(still)(images, stepContext(random(1))).data()).toEqual(await images.data());
  });

  it("moves images by whole pixels and fills with zeros", async () => {
    const view = differentiableAugmentation({ ...still, translation: 0.25 });
    const [before, after] = [
      await images.array(),
      (await view(images, stepContext(random(3))).array()) as number[][][][],
    ];
    const shifts = new Set<string>();
    for (const [i, image] of before.entries()) {
      const fits = [-2, -1, 0, 1, 2]
        .flatMap((down) => [-2, -1, 0, 1, 2].map((right) => [down, right] as const))
        .filter(([down, right]) =>
          after[i]!.every((row, y) =>
            row.every((pixel, x) => {
              const source = image[y - down]?.[x - right] ?? [0, 0];
              return pixel.every((value, channel) => Math.abs(value - source[channel]!) < 1e-6);
            }),
          ),
        );
      expect(fits).toHaveLength(1);
      shifts.add(String(fits[0]));
    }
    expect(shifts.size).toBeGreaterThan(2);
  });

  it("cuts a square out", async () => {
    const view = differentiableAugmentation({ ...still, cutout: 0.5 });
    const open = (await view(tf.ones([50, 8, 8, 1]), stepContext(random(4))).array()) as number[][][][];
    for (const image of open) {
      const holes = image.flat(2).filter((value) => value === 0).length;
      // A side of 4 pixels, less where the square leaves the image.
      expect(holes).toBeGreaterThanOrEqual(1);
      expect(holes).toBeLessThanOrEqual(16);
    }
  });

  it("shifts brightness and scales the distance to the mean", async () => {
    const bright = differentiableAugmentation({ ...still, brightness: 0.25 })(images, stepContext(random(5)));
    const difference = (await tf.sub(bright, images).reshape([6, -1]).array()) as number[][];
    for (const row of difference) for (const value of row) expect(value).toBeCloseTo(row[0]!, 5);
    const contrasted = differentiableAugmentation({ ...still, contrast: 0.5 })(images, stepContext(random(6)));
    const means = (t: tf.Tensor) => tf.mean(t, [1, 2, 3]).data();
    const [a, b] = [await means(images), await means(contrasted)];
    for (const [i, mean] of a.entries()) expect(b[i]).toBeCloseTo(mean, 5);
  });

  it("has the gradient of finite differences", async () => {
    const small = random(7).uniform([1, 4, 4, 1]);
    const view = differentiableAugmentation();
    const f = (t: tf.Tensor) => tf.sum(tf.square(view(t, stepContext(random(8))))) as tf.Scalar;
    const [expected, actual] = [await finiteDifferences(f, small), await tf.grad(f)(small).data()];
    for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-2);
  });
});
