import { ConfigError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { hierarchicalNetworks, ladderNetworks } from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const shapes = (network: tf.LayersModel) => [
  network.inputs.map(({ shape }) => shape.slice(1)),
  network.outputs.map(({ shape }) => shape.slice(1)),
];
const first = async (network: tf.LayersModel) => [...(await network.getWeights()[0]!.data())];

describe("ladderNetworks", () => {
  it("has a level for every step down, the lowest first, and the paper's five unless told otherwise", async () => {
    const { encoder, levels, decoder } = ladderNetworks({
      ...{ inputShape: [4, 4, 1], latentDims: [5, 3, 2], hiddenUnits: [8, 7, 6], parametersPerValue: 2, seed: 1 },
    });
    expect(shapes(encoder)).toEqual([[[4, 4, 1]], [[10], [10]]]);
    expect(Object.keys(levels)).toEqual(["level1", "level2"]);
    expect(shapes(levels.level1!)).toEqual([[[3]], [[5], [5]]]);
    expect(shapes(levels.level2!)).toEqual([[[2]], [[3], [3]]]);
    expect(shapes(decoder)).toEqual([[[5]], [[4, 4, 2]]]);
    expect(levels.level2!.getWeights()[0]!.shape).toEqual([2, 6]);
    const usual = ladderNetworks({ inputShape: [10] });
    expect(shapes(usual.encoder)[1]).toEqual([[124], [124]]);
    expect(usual.encoder.getWeights()[0]!.shape).toEqual([10, 512]);
    const [same, other] = [1, 2].map((seed) => ladderNetworks({ inputShape: [10], seed }));
    expect(await first(ladderNetworks({ inputShape: [10], seed: 1 }).encoder)).toEqual(await first(same!.encoder));
    expect(await first(other!.levels.level1!)).not.toEqual(await first(same!.levels.level1!));
  });

  it("is one pair of heads with one level, normalises where asked, and refuses lists of two lengths", () => {
    const one = ladderNetworks({ inputShape: [4], latentDims: [2], hiddenUnits: [3], batchNormalization: true });
    expect([shapes(one.encoder)[1], one.levels]).toEqual([[[2], [2]], {}]);
    expect(one.encoder.layers.filter((layer) => layer.getClassName() === "BatchNormalization")).toHaveLength(1);
    expect(() => ladderNetworks({ inputShape: [4], latentDims: [2, 1], hiddenUnits: [3] })).toThrow(/received 1 and 2/);
    expect(() => ladderNetworks({ inputShape: [4], latentDim: [2] } as never)).toThrow(ConfigError);
  });
});

describe("hierarchicalNetworks", () => {
  it("halves on the way up and doubles between scales on the way down", async () => {
    const { encoder, priors, posteriors, merges, decoder } = hierarchicalNetworks({
      ...{ imageShape: [8, 12, 3], groups: [1, 2], filters: 4, latentChannels: 2, parametersPerValue: 2, seed: 1 },
    });
    // 4 × 6 places at the first scale, 2 × 3 at the second.
    expect(shapes(encoder)).toEqual([[[8, 12, 3]], [[96], [24], [24]]]);
    expect(Object.values(priors).map(shapes)).toEqual([
      [[[4, 6, 4]], [[48], [48]]],
      [[[2, 3, 4]], [[12], [12]]],
      [[[2, 3, 4]], [[12], [12]]],
    ]);
    expect(shapes(posteriors.posterior1!)).toEqual([
      [[4, 6, 4], [96]],
      [[48], [48]],
    ]);
    expect(Object.values(merges).map(shapes)).toEqual([
      [[[4, 6, 4], [48]], [[4, 6, 4]]],
      [[[2, 3, 4], [12]], [[4, 6, 4]]],
      [[[2, 3, 4], [12]], [[2, 3, 4]]],
    ]);
    expect(shapes(decoder)).toEqual([[[4, 6, 4]], [[8, 12, 6]]]);
    const again = hierarchicalNetworks({ imageShape: [8, 12, 3], groups: [1, 2], filters: 4, seed: 1 });
    expect(await first(again.encoder)).toEqual(await first(encoder));
    expect(await first(priors.prior2!)).not.toEqual(await first(priors.prior3!));
  });

  it("refuses sides that cannot be halved so often", () => {
    expect(() => hierarchicalNetworks({ imageShape: [6, 8, 1], groups: [1, 1] })).toThrow(/multiples of 4.*6 × 8/);
    expect(() => hierarchicalNetworks({ imageShape: [8, 8, 1], groups: [] })).toThrow(ConfigError);
  });
});
