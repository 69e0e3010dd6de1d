import { DataError, ShapeError } from "@latentkit/core";
import { shapes } from "@latentkit/data";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  betaVaeScore,
  dci,
  factorVaeScore,
  modularityExplicitness,
  mutualInformationGap,
  sapScore,
  totalCorrelation,
  unsupervisedDisentanglementRanking,
} from "../../src/index.js";
import { importanceScores } from "../../src/internal/disentanglement/importance-scores.js";
import { examplesOf, identity, normalRows, uniformFactors } from "./support.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const classes = [2, 2, 2, 2, 2];
const factors = uniformFactors(1200, classes);
const perfect = examplesOf(factors, factors);
const useless = examplesOf(normalRows(1200, 5), factors);
const draws = { train: 400, test: 300 };
const [low, high] = [0.2, 0.9];

describe("scores of a perfect code, and of one that says nothing", () => {
  it("mutualInformationGap", async () => {
    expect((await mutualInformationGap(identity(5), perfect)).score).toBeGreaterThan(high);
    expect((await mutualInformationGap(identity(5), useless)).score).toBeLessThan(low);
  });

  it("sapScore", async () => {
    // A fair coin guessed at least wrongly leaves a gap of ½.
    const fine = uniformFactors(1200, [10, 10, 10]);
    const { accuracies, score } = await sapScore(identity(5), perfect);
    expect(accuracies[2]![2]).toBe(1);
    expect(score).toBeGreaterThan(0.4);
    expect((await sapScore(identity(3), examplesOf(normalRows(1200, 3), fine))).score).toBeLessThan(low);
  });

  it("dci", async () => {
    const best = await dci(identity(5), perfect);
    for (const value of [best.disentanglement, best.completeness, best.informativeness]) {
      expect(value).toBeGreaterThan(high);
    }
    const worst = await dci(identity(5), useless);
    for (const value of [worst.disentanglement, worst.completeness]) expect(value).toBeLessThan(low);
    expect(worst.informativeness).toBeLessThan(0.6);
  });

  it("betaVaeScore", async () => {
    const { accuracy, trainAccuracy } = await betaVaeScore(identity(5), perfect, draws);
    expect(accuracy.mean).toBeGreaterThan(high);
    expect(trainAccuracy).toBeGreaterThan(high);
    const guessed = await betaVaeScore(identity(5), useless, draws);
    // A fifth is guessing: within four standard errors of the draws.
    expect(Math.abs(guessed.accuracy.mean - 0.2)).toBeLessThan(4 * guessed.accuracy.standardError);
    expect(guessed.accuracy.count).toBe(300);
  });

  it("factorVaeScore", async () => {
    const { accuracy, votes, activeUnits } = await factorVaeScore(identity(5), perfect, draws);
    expect([accuracy.mean, activeUnits]).toEqual([1, 5]);
    for (const [factor, row] of votes.entries()) {
      expect(row.every((count, unit) => (unit === factor ? count > 0 : count === 0))).toBe(true);
    }
    const guessed = await factorVaeScore(identity(5), useless, draws);
    expect(guessed.accuracy.mean).toBeLessThan(0.3);
    const still = { latentDim: 5, encode: (x: tf.Tensor) => tf.mul(x, 1e-3) as tf.Tensor2D };
    expect((await factorVaeScore(still, perfect, draws)).accuracy.mean).toBe(0);
  });

  it("modularityExplicitness", async () => {
    const best = await modularityExplicitness(identity(5), perfect);
    expect(best.modularity).toBeGreaterThan(0.98);
    expect(best.explicitness).toBeGreaterThan(0.999);
    const worst = await modularityExplicitness(identity(5), useless);
    expect(worst.explicitness).toBeLessThan(0.6);
  });
});

describe("known values", () => {
  const row = (...values: number[]): Float64Array => Float64Array.from(values);
  const diagonal = (size: number): Float64Array[] =>
    Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (__, k) => (i === k ? 1 : 0)));

  it("of importances: two units a factor cost completeness ln 2/ln 10, two factors a unit as much disentanglement", () => {
    const twice = [...diagonal(5), ...diagonal(5)];
    expect(importanceScores(twice).completeness).toBeCloseTo(1 - Math.log(2) / Math.log(10), 12);
    expect(importanceScores(twice).disentanglement).toBeCloseTo(1, 12);
    const wide = diagonal(5).map((one) => row(...one, ...one));
    expect(importanceScores(wide).disentanglement).toBeCloseTo(1 - Math.log(2) / Math.log(10), 12);
    expect(importanceScores(wide).completeness).toBeCloseTo(1, 12);
    // A dead unit, and one of no weight, count nothing; all alike is 0.
    expect(importanceScores([row(1, 0), row(0, 0)]).disentanglement).toBeCloseTo(1, 12);
    expect(importanceScores([row(1, 1), row(1, 1)])).toMatchObject({ disentanglement: 0, completeness: 0 });
    expect(importanceScores([row(0, 0), row(0, 0)])).toMatchObject({ disentanglement: 0, completeness: 0 });
  });

  it("of boosted trees: five units that hold two factors each have a disentanglement of 1 − ln 2/ln 10", async () => {
    const binary = Array.from({ length: 1024 }, (_, i) => Array.from({ length: 10 }, (__, k) => (i >> k) & 1));
    const paired = binary.map((bits) => [0, 1, 2, 3, 4].map((k) => bits[2 * k]! + 2 * bits[2 * k + 1]!));
    const found = await dci(identity(5), examplesOf(paired, binary));
    expect(found.disentanglement).toBeCloseTo(1 - Math.log(2) / Math.log(10), 6);
    expect(found.completeness).toBeCloseTo(1, 6);
    expect(found.informativeness).toBe(1);
  });

  it("of units in pairs: gaps of 0, whatever the order of units", async () => {
    const doubled = examplesOf(
      factors.map((all) => [...all, ...all]),
      factors,
    );
    expect((await mutualInformationGap(identity(10), doubled)).score).toBeCloseTo(0, 12);
    expect((await sapScore(identity(10), doubled)).score).toBe(0);
    expect(await totalCorrelation(identity(10), doubled)).toBe(Number.POSITIVE_INFINITY);
  });

  it("of one unit: its own information, with nothing beside it", async () => {
    const { score, perFactor } = await mutualInformationGap(
      identity(1),
      examplesOf(
        factors.map(([first]) => [first!]),
        factors,
      ),
    );
    expect(perFactor[0]).toBeCloseTo(1, 9);
    expect(score).toBeGreaterThan(0.2);
    expect(score).toBeLessThan(0.21);
  });

  it("of the total correlation of two units: −½ log(1 − ρ²)", async () => {
    const rows = normalRows(4000, 2).map(([a, b]) => [a!, 0.6 * a! + 0.8 * b!]);
    const x = tf.tensor2d(rows);
    // The standard error of a correlation is (1 − ρ²)/√n = 0.01, of the total correlation ρ/√n.
    expect(Math.abs((await totalCorrelation(identity(2), x)) + 0.5 * Math.log(1 - 0.36))).toBeLessThan(0.04);
    x.dispose();
  });

  it("of a ranking: 1 for the same units in another order and sign, less for turned ones; dead units do not count", async () => {
    const x = tf.tensor2d(normalRows(2000, 3));
    const with0 = (z: tf.Tensor2D): tf.Tensor2D => tf.concat([z, tf.mul<tf.Tensor2D>(1e-4, z)], 1);
    const model = (turn: number[][]) => ({
      latentDim: 6,
      encode: (data: tf.Tensor) => tf.tidy(() => with0(tf.matMul(data as tf.Tensor2D, tf.tensor2d(turn)))),
    });
    const order = [
      [0, 0, -1],
      [1, 0, 0],
      [0, 1, 0],
    ];
    const c = Math.SQRT1_2;
    const turned = [
      [c, c, 0],
      [-c, c, 0],
      [0, 0, 1],
    ];
    const plain = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const before = tf.memory().numTensors;
    const { scores, informative, pairs } = await unsupervisedDisentanglementRanking(
      [model(plain), model(order), model(turned)],
      x,
      { similarity: "spearman" },
    );
    expect(informative).toEqual([3, 3, 3]);
    expect(pairs[0]![1]).toBeGreaterThan(0.9);
    expect(pairs[0]![2]).toBeLessThan(0.7);
    expect(scores[0]).toBeGreaterThan(scores[2]!);
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});

describe("data of shapes", () => {
  const data = shapes({ count: 600, size: 16, levels: { scale: 2, rotation: 1, x: 4, y: 4 } });
  /** Centre of mass, which x and y move, and the amount of white, which shape and scale change. */
  const centre = {
    latentDim: 3,
    encode: (x: tf.Tensor) =>
      tf.tidy(() => {
        const picture = tf.squeeze(x, [3]);
        const mass = tf.sum(picture, [1, 2]);
        const along = (axis: number) =>
          tf.div(tf.sum(tf.mul(tf.sum(picture, axis), tf.reshape(tf.range(0, 16), [1, 16])), 1), mass);
        return tf.stack([along(1), along(2), tf.div(mass, 10)], 1) as tf.Tensor2D;
      }),
  };

  it("leaves constant factors out, repeats with a seed, and finds x and y in the centre of mass", async () => {
    const before = tf.memory().numTensors;
    const once = await mutualInformationGap(centre, data, { seed: 3, limit: 500 });
    expect(once.factors).toEqual([0, 1, 3, 4]);
    expect(once.perFactor[2]).toBeGreaterThan(0.8);
    expect(once.perFactor[3]).toBeGreaterThan(0.8);
    expect(await mutualInformationGap(centre, data, { seed: 3, limit: 500 })).toEqual(once);
    expect((await mutualInformationGap(centre, data, { seed: 4, limit: 500 })).score).not.toBe(once.score);
    const vote = await factorVaeScore(centre, data, { ...draws, seed: 1 });
    expect(vote).toEqual(await factorVaeScore(centre, data, { ...draws, seed: 1 }));
    expect(vote.accuracy.mean).toBeGreaterThan(0.6);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses data without factors, factors that are none or never vary, and groups of one, in its own name", async () => {
    await expect(dci(centre, data.select(["x", "label"]) as never)).rejects.toThrow(ShapeError);
    await expect(dci(centre, data.select(["x", "label"]) as never)).rejects.toThrow(/dci: .*`factors`/);
    await expect(sapScore(identity(2), examplesOf([[1, 2], [3, 4]], [[-1], [2]]))).rejects.toThrow(/class numbers ≥ 0/); // biome-ignore format: one line
    const same = shapes({ factors: [[0, 0, 0, 0, 0], [0, 0, 0, 0, 1]], size: 16 }); // biome-ignore format: one line
    await expect(dci(centre, same)).rejects.toThrow(/at least 2 of the 5 factors to vary, received 1/);
    await expect(factorVaeScore(identity(2), examplesOf([[1, 2], [3, 4]], [[0, 0], [1, 1]]))).rejects.toThrow(DataError); // biome-ignore format: one line
    const broken = { latentDim: 2, encode: () => tf.fill([2, 2], Number.NaN) as tf.Tensor2D };
    await expect(mutualInformationGap(broken, same)).rejects.toThrow(/finite codes, received NaN for example 0/);
  });

  it("ends with the signal's reason, among examples and among trees", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 60);
    const many = examplesOf(normalRows(6000, 10), uniformFactors(6000, [40, 40]));
    await expect(dci(identity(10), many, { signal: controller.signal })).rejects.toThrow("enough");
  });
});
