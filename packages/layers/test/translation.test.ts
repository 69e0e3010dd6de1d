import { random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { patchDiscriminator, residualGenerator, unetGenerator } from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** Rows of the input that one place of the output depends on, as far as gradients see. */
async function rowsSeen(network: tf.LayersModel, side: number, channels: number, row: number): Promise<number[]> {
  const x = random(3).uniform([1, side, side, channels]);
  const gradient = tf.grad((input: tf.Tensor) => {
    const out = network.apply(input, { training: false }) as tf.Tensor4D;
    return tf.sum(tf.slice(out, [0, row, row, 0], [1, 1, 1, 1]));
  })(x);
  const sums = await tf.sum(tf.abs(gradient), [0, 2, 3]).data();
  return [...sums].flatMap((sum, i) => (sum > 0 ? [i] : []));
}

describe("patchDiscriminator", () => {
  it.each([
    [[2, 2], 16],
    [[2, 2, 2], 34],
    [[1, 1, 1, 1], 70],
  ])("with filters %j sees patches of %i pixels, as the paper counts them", async (filters, patch) => {
    const side = 2 * patch + 32 - ((2 * patch) % 32);
    const network = patchDiscriminator({ inputShape: [side, side, 1], filters });
    const places = side / 2 ** (filters.length - 1);
    expect(network.outputs[0]!.shape).toEqual([null, places, places, 1]);
    const seen = await rowsSeen(network, side, 1, places / 2);
    expect(seen.length).toBe(patch);
    expect(seen.at(-1)! - seen[0]!).toBe(patch - 1);
  });
});

describe("unetGenerator", () => {
  it("sees the whole picture through its narrowest part and gives one of its size, in the range", async () => {
    const network = unetGenerator({ inputShape: [16, 16, 1], outputChannels: 3, filters: [4, 4, 4, 4] });
    expect(network.outputs[0]!.shape).toEqual([null, 16, 16, 3]);
    expect((await rowsSeen(network, 16, 1, 7)).length).toBe(16);
    const made = await (network.predict(tf.fill([1, 16, 16, 1], 100)) as tf.Tensor).data();
    for (const value of made) expect(value >= 0 && value <= 1).toBe(true);
  });

  it("hands the first layer's map past the narrow part", async () => {
    const network = unetGenerator({ inputShape: [8, 8, 1], filters: [3, 2] });
    const skip = network.getLayer("generator/up1_skip");
    expect(skip.outputShape).toEqual([null, 4, 4, 6]);
    // With nothing from below, the output still depends on the input.
    const [kernel, ...rest] = network.getLayer("generator/up1").getWeights();
    network.getLayer("generator/up1").setWeights([tf.zerosLike(kernel!), ...rest]);
    expect((await rowsSeen(network, 8, 1, 3)).length).toBeGreaterThan(0);
  });

  it("refuses pictures that cannot be halved", () => {
    expect(() => unetGenerator({ inputShape: [12, 12, 1], filters: [2, 2, 2] })).toThrow(/divisible by 8/);
    expect(() => residualGenerator({ inputShape: [10, 8, 1], filters: [2, 2, 2] })).toThrow(/divisible by 4/);
  });
});

describe("residualGenerator", () => {
  it("is its blocks' sum: with their last layers at 0 they leave the map as it is", async () => {
    const shape = { inputShape: [8, 8, 2], filters: [3, 4], normalization: "none" } as const;
    const [plain, deep] = [residualGenerator({ ...shape, blocks: 0 }), residualGenerator({ ...shape, blocks: 2 })];
    for (const block of ["block1b", "block2b"]) {
      const layer = deep.getLayer(`generator/${block}`);
      layer.setWeights(layer.getWeights().map((weight) => tf.zerosLike(weight)));
    }
    const x = random(2).uniform([2, 8, 8, 2]);
    // A residual sum has no activation behind it, and what comes in was rectified.
    const [a, b] = [plain.predict(x) as tf.Tensor, deep.predict(x) as tf.Tensor];
    expect(await b.data()).toEqual(await a.data());
  });
});
