import { describe, expect, it } from "vitest";
import { truncatedNormal } from "../../src/authoring.js";
import { random } from "../../src/index.js";

describe("truncatedNormal", () => {
  // Variance of a standard normal variable within ±b: 1 − 2b·φ(b) / (2Φ(b) − 1); values of scipy.stats.truncnorm(-b, b).var().
  it.each([
    [0.5, 0.080598],
    [1, 0.291125],
    [2, 0.773741],
    [4, 0.998929],
  ])("bound %d has the variance of the truncated distribution", async (bound, variance) => {
    const draw = truncatedNormal(random(3), [40_000], bound);
    const values = [...(await draw.data())];
    draw.dispose();
    expect(Math.max(...values.slice(0, 20_000).map(Math.abs))).toBeLessThanOrEqual(bound);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const measured = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    // Standard error of a variance of 40,000 draws: below 1 % of it.
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(measured / variance).toBeGreaterThan(0.97);
    expect(measured / variance).toBeLessThan(1.03);
  });
});
