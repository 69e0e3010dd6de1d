import { ConfigError, DataError, random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { binarize, fromArrays, fromGenerator, standardize, standardizer } from "../src/index.js";
import { read, thrown } from "./support.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe("binarize", () => {
  const grey = () => fromArrays({ x: { values: new Uint8Array(4000).fill(51), shape: [4], scale: 1 / 255 } });

  it("draws ones with the grey value as probability, afresh in each pass", async () => {
    const data = grey().map(binarize());
    const pass = async (epoch: number) =>
      (await read(data.batches({ batchSize: 100, epoch, random: random(1) }))).flat();
    const [first, again, second] = [await pass(0), await pass(0), await pass(1)];
    expect(again).toEqual(first);
    expect(second).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([0, 1]));
    // Four standard errors of 4,000 draws with probability 0.2.
    const mean = first.reduce((sum, value) => sum + value, 0) / first.length;
    expect(Math.abs(mean - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / 4000));
    // Batches of one pass do not repeat each other's draws.
    expect(first.slice(0, 400)).not.toEqual(first.slice(400, 800));
  });

  it("draws the same in every pass without the run's random, so that evaluations repeat", async () => {
    const data = grey().map(binarize());
    expect(await read(data.batches({ batchSize: 500, epoch: 1 }))).toEqual(
      await read(data.batches({ batchSize: 500 })),
    );
  });

  it("cuts at a threshold", async () => {
    const data = fromArrays({ x: [[0.2, 0.5, 0.7]], label: [1] }).map(binarize({ threshold: 0.5 }));
    const { x, label } = data.gather();
    expect([...(await x.data())]).toEqual([0, 0, 1]);
    tf.dispose([x, label]);
  });

  it("names a field that is not there", async () => {
    const error = await thrown(() =>
      fromArrays({ x: [1] })
        .map(binarize({ field: "y" }))
        .gather(),
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/one of 'x'/);
  });
});

describe("standardize", () => {
  // A large mean beside a small spread: the sum of squares in float32 would lose it.
  const values = Array.from({ length: 3000 }, (_, i) => [1000 + (i % 7), i / 3000, 5]);

  it("gives mean 0 and deviation 1 on what it measured, over several batches", async () => {
    const data = fromArrays({ x: values });
    const scaling = await standardize(data);
    expect(scaling.mean[0]).toBeCloseTo(values.reduce((sum, [a]) => sum + a!, 0) / 3000, 6);
    const { x } = data.map(scaling.apply).gather();
    const { mean, variance } = tf.moments(x, 0);
    const [means, variances] = [await mean.data(), await variance.data()];
    for (const feature of [0, 1]) {
      expect(Math.abs(means[feature]!)).toBeLessThan(1e-4);
      expect(Math.abs(variances[feature]! - 1)).toBeLessThan(1e-3);
    }
    // The feature that never changes is only centred.
    expect([scaling.deviation[2], means[2], variances[2]]).toEqual([1, 0, 0]);
    const back = scaling.invert(x);
    const [original, expected] = [[...(await back.data())], values.flat()];
    expect(Math.max(...original.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-3);
    tf.dispose([x, mean, variance, back]);
  });

  it("agrees with the two-pass formula on streams and sequences", async () => {
    const stream = fromGenerator(function* () {
      for (let i = 0; i < 10; i++) yield { x: [[i], [i * i]] };
    });
    const { mean, deviation } = await standardize(stream);
    const all = Array.from({ length: 10 }, (_, i) => [i, i * i]).flat();
    const centre = all.reduce((sum, value) => sum + value, 0) / 20;
    expect(mean[0]).toBeCloseTo(centre, 10);
    expect(deviation[0]).toBeCloseTo(Math.sqrt(all.reduce((sum, v) => sum + (v - centre) ** 2, 0) / 20), 10);
  });

  it("comes back from JSON, and refuses bad statistics, NaN and unknown fields", async () => {
    const scaling = await standardize(fromArrays({ x: [[1], [3]] }));
    const again = standardizer(JSON.parse(JSON.stringify(scaling)));
    expect(again.mean).toEqual([2]);
    expect(await thrown(() => standardizer({ mean: [1, 2], deviation: [1] }))).toBeInstanceOf(ConfigError);
    expect(await thrown(() => standardizer({ mean: [1], deviation: [0] }))).toBeInstanceOf(ConfigError);
    const nan = fromArrays({ x: [Number.NaN] }, { finite: false });
    expect(await thrown(standardize(fromArrays({ x: [[1], [Number.NaN]] }, { finite: false })))).toBeInstanceOf(
      DataError,
    );
    expect(await thrown(standardize(nan, { field: "y" }))).toBeInstanceOf(ConfigError);
  });
});
