import { ConfigError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { gaussians, glyphs, grid, ring, shapes, sines, swissRoll } from "../src/index.js";
import { thrown } from "./support.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe.each([
  ["glyphs", (count: number, seed: number) => glyphs({ count, seed })],
  ["shapes", (count: number, seed: number) => shapes({ count, seed, size: 16 })],
  ["ring", (count: number, seed: number) => ring({ count, seed })],
  ["grid", (count: number, seed: number) => grid({ count, seed })],
  ["swissRoll", (count: number, seed: number) => swissRoll({ count, seed, noise: 0.1 })],
  ["sines", (count: number, seed: number) => sines({ count, seed, minSteps: 5, noise: 0.1 })],
  ["gaussians", (count: number, seed: number) => gaussians({ count, seed })],
] as const)("%s", (_, make) => {
  it("is the same for the same seed and another for another, in every field of every example", () => {
    const [first, again, other] = [make(30, 1), make(30, 1), make(30, 2)];
    expect(first.size).toBe(30);
    for (const name of Object.keys(first.fields)) expect(again.values(name)).toEqual(first.values(name));
    expect(other.values("x")).not.toEqual(first.values("x"));
  });

  it("refuses options that cannot work", async () => {
    expect(await thrown(() => make(0, 1))).toBeInstanceOf(ConfigError);
    expect(await thrown(() => make(2.5, 1))).toBeInstanceOf(ConfigError);
    expect(await thrown(() => make(10, -1))).toBeInstanceOf(ConfigError);
  });
});

describe("ring and grid", () => {
  it.each([
    ["ring", ring({ count: 20_000 }), 8, 0.01],
    ["grid", grid({ count: 20_000 }), 25, 0.05],
  ] as const)(
    "%s has points of every mode around its centre with the stated deviation",
    (_, data, modes, deviation) => {
      const [x, label, { centres }] = [data.values("x"), data.values("label"), data.info];
      expect([centres.length, data.info.deviation]).toEqual([modes, deviation]);
      const counts = new Array(modes).fill(0);
      let squares = 0;
      label.forEach((mode, i) => {
        counts[mode]++;
        for (const axis of [0, 1]) squares += (x[2 * i + axis]! - centres[mode]![axis]!) ** 2;
      });
      // Each count is binomial; five deviations are exceeded by one of 33 modes with a chance below 1e-4.
      const expected = 20_000 / modes;
      for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
      // The variance estimate of 40,000 values has a relative deviation of √(2 / 40,000) = 0.7 %.
      expect(Math.abs(squares / 40_000 / deviation ** 2 - 1)).toBeLessThan(0.03);
    },
  );

  it("has PacGAN's centres unless told otherwise", () => {
    expect(ring().info.centres[2]![0]).toBeCloseTo(0, 12);
    expect(ring().info.centres[2]![1]).toBeCloseTo(1, 12);
    expect(grid().info.centres[24]).toEqual([4, 4]);
    expect(grid({ side: 2, spacing: 1 }).info.centres).toEqual([
      [-0.5, -0.5],
      [-0.5, 0.5],
      [0.5, -0.5],
      [0.5, 0.5],
    ]);
    expect(() => ring({ radius: 0 })).toThrow(ConfigError);
    expect(() => grid({ deviation: -1 })).toThrow(ConfigError);
  });
});

describe("swissRoll", () => {
  it("lies on the roll, evenly over the sheet", () => {
    const data = swissRoll({ count: 4000 });
    const [x, position, { length, height }] = [data.values("x"), data.values("position"), data.info];
    // The spiral's length by small steps, independent of the closed form.
    let walked = 0;
    const point = (t: number) => [t * Math.cos(t), t * Math.sin(t)] as const;
    for (let i = 0; i < 1e5; i++) {
      const [a, b] = [point(Math.PI * (1.5 + (3 * i) / 1e5)), point(Math.PI * (1.5 + (3 * (i + 1)) / 1e5))];
      walked += Math.hypot(a[0] - b[0], a[1] - b[1]);
    }
    expect(length).toBeCloseTo(walked, 3);
    let means = [0, 0];
    for (let i = 0; i < 4000; i++) {
      const t = Math.hypot(x[3 * i]!, x[3 * i + 2]!);
      expect(Math.abs(t * Math.cos(t) - x[3 * i]!)).toBeLessThan(1e-3);
      expect(x[3 * i + 1]).toBe(position[2 * i + 1]);
      means = [means[0]! + position[2 * i]! / length / 4000, means[1]! + position[2 * i + 1]! / height / 4000];
    }
    // Means of 4,000 uniform values: deviation 0.0046.
    for (const mean of means) expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });

  it("is an isometry: neighbours on the sheet are as far apart in space", () => {
    const data = swissRoll({ count: 3000, seed: 3 });
    const [x, position] = [data.values("x"), data.values("position")];
    let pairs = 0;
    for (let i = 0; i < 3000; i++) {
      for (let j = 0; j < i; j++) {
        const flat = Math.hypot(position[2 * i]! - position[2 * j]!, position[2 * i + 1]! - position[2 * j + 1]!);
        if (flat > 0.5) continue;
        const space = Math.hypot(...[0, 1, 2].map((axis) => x[3 * i + axis]! - x[3 * j + axis]!));
        expect(Math.abs(space - flat)).toBeLessThan(0.002 * flat + 1e-4);
        pairs++;
      }
    }
    expect(pairs).toBeGreaterThan(500);
  });
});

describe("sines", () => {
  it("follows the stated waves up to each length, and is 0 after it", () => {
    const data = sines({ count: 200, steps: 20, minSteps: 8, features: 3 });
    const [x, mask, length, wave] = ["x", "mask", "length", "wave"].map((name) => data.values(name));
    expect(Object.fromEntries(Object.entries(data.fields).map(([name, { shape }]) => [name, shape]))).toEqual({
      x: [20, 3],
      mask: [20],
      length: [],
      wave: [3, 3],
    });
    expect(new Set(length)).toEqual(new Set(Array.from({ length: 13 }, (_, i) => 8 + i)));
    for (let i = 0; i < 200; i++) {
      for (let step = 0; step < 20; step++) {
        const inside = step < length![i]!;
        expect(mask![i * 20 + step]).toBe(inside ? 1 : 0);
        for (let f = 0; f < 3; f++) {
          const [amplitude, frequency, phase] = wave!.slice(9 * i + 3 * f);
          const expected = inside ? amplitude! * Math.sin(2 * Math.PI * frequency! * step + phase!) : 0;
          expect(Math.abs(x![(i * 20 + step) * 3 + f]! - expected)).toBeLessThan(1e-5);
        }
      }
    }
  });

  it("keeps within its ranges, and refuses impossible ones", () => {
    const wave = sines({ count: 500, amplitude: [2, 3], frequency: [0.1, 0.2] }).values("wave");
    for (let w = 0; w < wave.length; w += 3) {
      expect(wave[w]! >= 2 && wave[w]! <= 3 && wave[w + 1]! >= 0.1 && wave[w + 1]! <= 0.2).toBe(true);
      expect(wave[w + 2]! >= 0 && wave[w + 2]! < 2 * Math.PI).toBe(true);
    }
    expect(() => sines({ amplitude: [2, 1] })).toThrow(
      /`amplitude` to be a pair \[low, high\] of rising numbers, received \[2, 1\]/,
    );
    expect(() => sines({ minSteps: 30 })).toThrow(ConfigError);
  });
});

describe("gaussians", () => {
  /** Sample mean and covariance of a dataset's points. */
  const moments = (values: ArrayLike<number>, size: number) => {
    const count = values.length / size;
    const mean = Array.from({ length: size }, (_, j) => {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += values[i * size + j]!;
      return sum / count;
    });
    const covariance = mean.map((a, j) =>
      mean.map((b, k) => {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += (values[i * size + j]! - a) * (values[i * size + k]! - b);
        return sum / count;
      }),
    );
    return { mean, covariance };
  };

  it.each([
    ["a spectrum", { spectrum: [1, 9, 4] }],
    [
      "a covariance",
      {
        covariance: [
          [2, 1, 0],
          [1, 3, -0.5],
          [0, -0.5, 1],
        ],
        mean: [1, -2, 30],
      },
    ],
    [
      "a degenerate covariance",
      {
        covariance: [
          [1, 1, 0],
          [1, 1, 0],
          [0, 0, 4],
        ],
      },
    ],
  ])("has the mean, covariance and axes of %s", (_, options) => {
    const count = 50_000;
    const data = gaussians({ ...options, count, seed: 5 });
    const { mean, covariance, spectrum, axes } = data.info;
    const sample = moments(data.values("x"), 3);
    if ("covariance" in options) {
      covariance.flat().forEach((value, i) => {
        expect(value).toBeCloseTo(options.covariance.flat()[i]!, 10);
      });
    } else expect(spectrum).toEqual([9, 4, 1]);
    for (let j = 0; j < 3; j++) {
      // Five deviations of the estimates: √(C[j][j] / n) and at most √(2 · C[j][j] · C[k][k] / n).
      expect(Math.abs(sample.mean[j]! - mean[j]!)).toBeLessThan(5 * Math.sqrt(covariance[j]![j]! / count));
      for (let k = 0; k < 3; k++) {
        const bound = 5 * Math.sqrt((2 * covariance[j]![j]! * covariance[k]![k]!) / count);
        expect(Math.abs(sample.covariance[j]![k]! - covariance[j]![k]!)).toBeLessThan(bound);
        const product = axes[j]!.reduce((sum, value, i) => sum + value * axes[k]![i]!, 0);
        expect(product).toBeCloseTo(j === k ? 1 : 0, 10);
        const stretched = covariance[j]!.reduce((sum, value, i) => sum + value * axes[k]![i]!, 0);
        expect(stretched).toBeCloseTo(spectrum[k]! * axes[k]![j]!, 8);
      }
    }
  });

  it("refuses what is no covariance", () => {
    expect(() =>
      gaussians({
        covariance: [
          [1, 2],
          [2, 1],
        ],
      }),
    ).toThrow(/positive semidefinite, received one with an eigenvalue of -/);
    expect(() =>
      gaussians({
        covariance: [
          [1, 2],
          [0, 1],
        ],
      }),
    ).toThrow(/symmetric square matrix/);
    expect(() => gaussians({ covariance: [[1, 0]] })).toThrow(/symmetric square matrix/);
    expect(() => gaussians({ covariance: [[1]], spectrum: [1] })).toThrow(/absent when there is a covariance/);
    expect(() => gaussians({ spectrum: [] })).toThrow(/`spectrum` to be a list of 1 or more/);
    expect(() => gaussians({ spectrum: [1, -1] })).toThrow(/each a number ≥ 0, received \[1, -1\]/);
    expect(() => gaussians({ spectrum: [1, 1], mean: [0] })).toThrow(/2 numbers/);
  });
});
