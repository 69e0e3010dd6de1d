import { useBackend } from "@latentkit/backends";
import { ConfigError, random, ShapeError } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { finiteDifferences } from "@latentkit/core/testing";
import { fromTensors } from "@latentkit/data";
import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nonSaturatingGan, randomAffine } from "../src/index.js";
import { trainBothWays } from "./both-ways.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

type Images = number[][][][];
const still = { shear: 0, scale: 0, translation: 0 };
const some = () => random(1).uniform<tf.Rank.R4>([5, 6, 7, 2]);
const seen = async (options: object, seed: number, x: tf.Tensor) =>
  (await randomAffine({ ...still, ...options })(x, stepContext(random(seed))).array()) as Images;

/** Bilinear interpolation of one channel, 0 outside: the definition, pixel by pixel. */
function read(image: Images[number], v: number, u: number, channel: number): number {
  let sum = 0;
  for (const [row, pixels] of image.entries()) {
    for (const [column, pixel] of pixels.entries()) {
      sum += Math.max(0, 1 - Math.abs(v - row)) * Math.max(0, 1 - Math.abs(u - column)) * pixel[channel]!;
    }
  }
  return sum;
}

describe("randomAffine", () => {
  it("does nothing when told nothing", async () => {
    for (const [i, value] of (await seen({}, 1, some())).flat(3).entries())
      expect(value).toBeCloseTo((await some().data())[i]!, 6);
  });

  it("reads each pixel where the drawn map puts it", async () => {
    // The same numbers as the view draws, in its order: height's scale and shift, width's, slant.
    const source = stepContext(random(3)).random;
    const amounts = [0.3, 0.2 * 6, 0.3, 0.2 * 7, 0.5];
    const drawn = amounts.map((most) => source.uniform([5, 1, 1, 1], -most, most).dataSync());
    const before: Images = await some().array();
    const after = await seen({ shear: 0.5, scale: 0.3, translation: 0.2 }, 3, some());
    for (const [i, image] of after.entries()) {
      const [tall, down, wide, right, slant] = drawn.map((values) => values[i]!);
      for (const [y, row] of image.entries()) {
        for (const [x, pixel] of row.entries()) {
          const v = Math.exp(tall!) * (y - 2.5) + down! + 2.5;
          const u = Math.exp(wide!) * (x - 3) + slant! * (y - 2.5) + right! + 3;
          for (const channel of [0, 1]) expect(pixel[channel]).toBeCloseTo(read(before[i]!, v, u, channel), 4);
        }
      }
    }
  });

  it("slants an upright line by at most the amount, about its middle", async () => {
    const upright = tf.tile(tf.reshape(tf.oneHot(tf.tensor1d([10], "int32"), 21), [1, 1, 21, 1]), [40, 11, 1, 1]);
    const slopes = (await seen({ shear: 0.4 }, 4, tf.cast(upright, "float32"))).map((image) => {
      const middles = image.map((row) => row.reduce((sum, pixel, x) => sum + x * pixel[0]!, 0));
      expect(middles[5]).toBeCloseTo(10, 4);
      return (middles[10]! - middles[0]!) / 10;
    });
    expect(Math.max(...slopes.map(Math.abs))).toBeLessThan(0.4);
    expect(Math.max(...slopes)).toBeGreaterThan(0.2);
    expect(Math.min(...slopes)).toBeLessThan(-0.2);
  });

  it("has the gradient of finite differences, and a second one", async () => {
    const small = random(7).uniform([2, 4, 4, 1]);
    const f = (t: tf.Tensor) => tf.sum(tf.square(randomAffine()(t, stepContext(random(8))))) as tf.Scalar;
    const slope = (t: tf.Tensor) => tf.sum(tf.square(tf.grad(f)(t))) as tf.Scalar;
    for (const g of [f, slope]) {
      const [expected, actual] = [await finiteDifferences(g, small), await tf.grad(g)(small).data()];
      for (const [i, value] of expected.entries())
        expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-2 * Math.max(1, Math.abs(value)));
    }
  });

  it("refuses impossible amounts and anything but images", () => {
    for (const wrong of [{ shear: -1 }, { scale: -0.1 }, { translation: 1 }, { rotation: 1 }])
      expect(() => randomAffine(wrong as object)).toThrow(ConfigError);
    expect(() => randomAffine()(tf.zeros([4, 28]), stepContext(random(1)))).toThrow(ShapeError);
  });

  it("is part of a compiled step, with an eager step's losses", async () => {
    await useBackend("wasm");
    const inputShape = [6, 6, 1];
    const data = await fromTensors({ x: random(1).uniform([64, ...inputShape]) });
    const make = () =>
      nonSaturatingGan({
        generator: mlpGenerator({ latentDim: 4, hiddenUnits: [8], outputShape: inputShape }),
        discriminator: mlpDiscriminator({ inputShape, hiddenUnits: [8] }),
        views: [randomAffine()],
      });
    const { eager, compiled, warnings } = await trainBothWays(make, data, { steps: 6, batchSize: 16 });
    expect(warnings).toEqual([]);
    // Float32 rounding over six steps, in sums of another order.
    for (const [i, row] of eager.entries())
      for (const name of ["discriminator/loss", "generator/loss"])
        expect(Math.abs(compiled[i]![name]! - row[name]!)).toBeLessThan(1e-4);
  });
});
