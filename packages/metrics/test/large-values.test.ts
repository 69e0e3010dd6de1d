import "@tensorflow/tfjs-backend-wasm";
import { DataError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  densityCoverage,
  frechetDistance,
  kernelDistance,
  linearProbe,
  manifoldPrecision,
  principalComponents,
  psnr,
  sampleCodes,
  slicedWasserstein,
  ssim,
} from "../src/index.js";
import fixture from "./fixtures/large.json" with { type: "json" };

const features = (x: tf.Tensor): tf.Tensor2D => tf.clone(x) as tf.Tensor2D;
const set = (rows: readonly (readonly number[])[]): tf.Tensor2D => tf.tensor2d(rows as number[][]);
const off = (actual: number, expected: number): number => Math.abs(actual - expected) / Math.abs(expected);

describe.each(["cpu", "wasm"])("values that float32 has no digits for, on %s", (backend) => {
  beforeAll(async () => {
    tf.enableProdMode();
    await tf.setBackend(backend);
  });

  it.each(["timestamps", "huge", "offset"] as const)("%s have numpy's distances and variances", async (name) => {
    const { real, fake, fid, kid, kernel, variances } = fixture[name];
    const [a, b] = [set(real), set(fake)];
    // Products of scaled deviations are float32's: 1e-6 of the covariance.
    expect(off(await frechetDistance(a, b, { features, batchSize: 16 }), fid)).toBeLessThan(1e-4);
    const kernels = await kernelDistance(a, b, { features, subsetSize: real.length });
    // The terms nearly cancel, and double precision keeps 16 digits of each.
    expect(Math.abs(kernels.mean - kid)).toBeLessThan(1e-9 * Math.abs(kid) + 1e-14 * kernel);
    expect(kernels).toMatchObject({ standardError: Number.NaN, count: 1 });
    const pca = await principalComponents(a, { batchSize: 16 });
    for (const [i, value] of variances.entries()) {
      expect(Math.abs(pca.variances[i]! - value)).toBeLessThan(1e-4 * value + 1e-12 * variances[0]!);
    }
  });

  it("clouds 4 million apart have numpy's neighbours", async () => {
    const { real, fake, precision, recall, density, coverage } = fixture.clouds;
    const [a, b] = [set(real), set(fake)];
    const manifold = await manifoldPrecision(a, b, { neighbours: 3 });
    expect(manifold).toMatchObject({ precision, recall });
    const robust = await densityCoverage(a, b, { features, neighbours: 3 });
    expect(robust.density).toBeCloseTo(density, 12);
    expect(robust.coverage).toBeCloseTo(coverage, 12);
    // Something is inside and something outside, so that both numbers could be wrong.
    for (const value of [precision, recall, coverage]) {
      expect(value).toBeGreaterThan(0.2);
      expect(value).toBeLessThan(1);
    }
  });

  it("NaN is named, with its example", async () => {
    const broken = tf.tensor2d([
      [1, 2],
      [3, Number.NaN],
      [5, 6],
    ]);
    for (const call of [
      () => frechetDistance(broken, broken, { features }),
      () => kernelDistance(broken, broken, { features }),
      () => manifoldPrecision(broken, broken),
      () => densityCoverage(broken, broken, { features }),
      () => slicedWasserstein(broken, broken),
    ]) {
      await expect(call()).rejects.toThrow(DataError);
      await expect(call()).rejects.toThrow(/first NaN for example 1/);
    }
    await expect(principalComponents(broken)).rejects.toThrow(/principalComponents: `data` has NaN/);
    await expect(sampleCodes(broken, { count: 2 })).rejects.toThrow(/sampleCodes: `codes` has NaN/);
    const labelled = { codes: broken, labels: tf.tensor1d([0, 1, 0], "int32") };
    await expect(linearProbe(labelled, labelled)).rejects.toThrow(/`train.codes` has a value that is not finite/);
  });

  it("a probe of codes far from 0 sees how they differ", async () => {
    const codes = tf.tensor2d([[1e6], [1e6 + 1], [1e6 + 4], [1e6 + 5]]);
    const data = { codes, labels: tf.tensor1d([0, 0, 1, 1], "int32") };
    expect((await linearProbe(data, data)).accuracy).toBe(1);
  });

  it("integers are compared as the numbers they are, a million of them too", async () => {
    const [black, white] = [tf.zeros([1, 512, 512, 3], "int32"), tf.fill([1, 512, 512, 3], 255, "int32")];
    // 10·log₁₀(255²/255²).
    for (const ratio of await psnr(black, white, { peak: 255 }).data()) expect(ratio).toBeCloseTo(0, 3);
    const flat = tf.ones([1, 16, 16, 1], "int32");
    expect((await ssim(flat, flat, { peak: 255 }).data())[0]).toBeCloseTo(1, 5);
  });
});

describe("rows of any length", () => {
  it("are projected without being spread over arguments", async () => {
    const [a, b] = [tf.zeros([1, 200_000]), tf.ones([1, 200_000])];
    // A shift by 1 in every dimension is |Σu| along a unit vector u, which is near |N(0, 1)| at any length.
    const value = await slicedWasserstein(a, b, { projections: 4 });
    expect(value).toBeGreaterThan(0.1);
    expect(value).toBeLessThan(2);
  });
});
