import { DataError, ShapeError } from "@latentkit/core";
import { auroc, rankCorrelation } from "@latentkit/metrics";
import { describe, expect, it } from "vitest";
import { RunningEstimate } from "../../src/internal/running-estimate.js";
import fixture from "../fixtures/ranks.json" with { type: "json" };

describe("rankCorrelation", () => {
  it("agrees with scipy, ties included", () => {
    expect(rankCorrelation(fixture.a, fixture.b)).toBeCloseTo(fixture.spearman, 12);
  });

  it("sees order, not size", () => {
    const a = [5, 1, 4, 2, 3];
    expect(rankCorrelation(a, a.map(Math.exp))).toBe(1);
    expect(
      rankCorrelation(
        Float32Array.from(a),
        a.map((v) => -v),
      ),
    ).toBe(-1);
  });

  it("refuses what has no correlation", () => {
    expect(() => rankCorrelation([1, 2], [1])).toThrow(ShapeError);
    expect(() => rankCorrelation([1, 1], [1, 2])).toThrow(/`a`.*two different values/);
    expect(() => rankCorrelation([1, 2], [1, Number.NaN])).toThrow(/`b` to hold numbers, received NaN at position 1/);
    expect(() => rankCorrelation([], [])).toThrow(DataError);
  });
});

describe("auroc", () => {
  it("is the share of pairs in the right order, ties counting half", () => {
    expect(auroc(fixture.a, fixture.positive)).toBeCloseTo(fixture.auroc, 12);
    expect(auroc([1, 2, 3, 4], [false, false, true, true])).toBe(1);
    expect(auroc([4, 3, 2, 1], [0, 0, 1, 1])).toBe(0);
    expect(auroc([1, 1, 1], [true, false, false])).toBe(0.5);
  });

  it("refuses one kind only, other lengths and NaN", () => {
    expect(() => auroc([1, 2], [1, 1])).toThrow(/both kinds, received 2 positive and 0 negative/);
    expect(() => auroc([1, 2], [1])).toThrow(ShapeError);
    expect(() => auroc([1, Number.NaN], [1, 0])).toThrow(DataError);
  });
});

describe("running estimates", () => {
  it("keep their digits beside a large mean", () => {
    const estimate = new RunningEstimate("test");
    estimate.add([1e9 + 1, 1e9 + 2]);
    estimate.add([1e9 + 3]);
    const { mean, standardError, count } = estimate.result();
    expect([mean, count]).toEqual([1e9 + 2, 3]);
    expect(standardError).toBeCloseTo(1 / Math.sqrt(3), 9);
  });

  it("tell infinite from broken", () => {
    const estimate = new RunningEstimate("test");
    estimate.add([1, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 2]);
    expect(estimate.result().mean).toBe(Number.NEGATIVE_INFINITY);
    expect(() => estimate.add([Number.NaN])).toThrow(/example 4/);
  });
});
