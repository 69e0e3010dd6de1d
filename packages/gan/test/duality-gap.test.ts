import { ConfigError, ShapeError } from "@latentkit/core";
import { describe, expect, it } from "vitest";
import { dualityGap } from "../src/index.js";

const roshambo = [
  [0, 1, -1],
  [-1, 0, 1],
  [1, -1, 0],
];

describe("dualityGap", () => {
  it("is 0 at the equilibria of matching pennies and of a game with a saddle point", () => {
    expect(
      dualityGap(
        [
          [1, -1],
          [-1, 1],
        ],
        [0.5, 0.5],
        [0.5, 0.5],
      ),
    ).toBeCloseTo(0, 12);
    // Row 0 pays at most 2, column 1 earns at least 2.
    expect(
      dualityGap(
        [
          [1, 2],
          [0, 3],
        ],
        [1, 0],
        [0, 1],
      ),
    ).toBe(0);
  });

  it("is what best answers would win elsewhere", () => {
    expect(dualityGap(roshambo, [1, 0, 0], [1, 0, 0])).toBe(2);
    expect(dualityGap(roshambo, [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3])).toBeCloseTo(0.5, 12);
  });

  it("stays open for gradient play, which circles, and closes for the average of what was played", () => {
    let [p, q] = [
      [0.6, 0.3, 0.1],
      [0.2, 0.3, 0.5],
    ];
    const [pSum, qSum] = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    const move = (strategy: number[], gain: (i: number) => number) => {
      const weights = strategy.map((share, i) => share * Math.exp(0.05 * gain(i)));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      return weights.map((weight) => weight / total);
    };
    for (let step = 0; step < 2000; step++) {
      const [was, other] = [p, q];
      p = move(p, (i) => -roshambo[i]!.reduce((sum, value, j) => sum + value * other[j]!, 0));
      q = move(q, (j) => roshambo.reduce((sum, line, i) => sum + was[i]! * line[j]!, 0));
      for (let i = 0; i < 3; i++) {
        pSum[i]! += p[i]!;
        qSum[i]! += q[i]!;
      }
    }
    expect(dualityGap(roshambo, p, q)).toBeGreaterThan(0.5);
    const average = (sums: number[]) => sums.map((sum) => sum / 2000);
    expect(dualityGap(roshambo, average(pSum), average(qSum))).toBeLessThan(0.05);
  });

  it("refuses what is no game", () => {
    expect(() => dualityGap(roshambo, [1, 0], [1, 0, 0])).toThrow(ShapeError);
    expect(() => dualityGap(roshambo, [1, 1, 0], [1, 0, 0])).toThrow(ConfigError);
  });
});
