import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs";
import { beforeEach, describe, expect, it } from "vitest";
import { ConfigError, OutOfMemoryError, random } from "../../src/index.js";

tf.enableProdMode();
beforeEach(async () => {
  await tf.setBackend("cpu");
});

const COUNT = 200_000;
const ERROR = 4 / Math.sqrt(COUNT); // four standard errors of a mean of variance 1: one seed in 16,000 would fail

const mean = (values: ArrayLike<number>, power = 1): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** power;
  return sum / values.length;
};

const correlation = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum / a.length;
};

/** Pearson's statistic of counts that should be equal; its mean is the degrees of freedom, its variance twice that. */
function chiSquare(counts: readonly number[]): { statistic: number; limit: number } {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const freedom = counts.length - 1;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return { statistic, limit: freedom + 4 * Math.sqrt(2 * freedom) };
}

const normals = (source: ReturnType<typeof random>): Float32Array => source.fillNormal(new Float32Array(COUNT));

describe("distributions", () => {
  it("uniform values have the moments and the even spread of [0, 1)", () => {
    const values = random(1).fillUniform(new Float32Array(COUNT));
    expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(ERROR * Math.sqrt(1 / 12));
    expect(Math.abs(mean(values, 2) - 1 / 3)).toBeLessThan(ERROR * Math.sqrt(4 / 45));
    const counts = new Array<number>(100).fill(0);
    for (const value of values) counts[Math.floor(value * 100)]!++;
    const { statistic, limit } = chiSquare(counts);
    expect(statistic).toBeLessThan(limit);
  });

  it("normal values have the first four moments and the tails of the normal distribution", () => {
    const values = normals(random(2));
    expect(Math.abs(mean(values))).toBeLessThan(ERROR);
    expect(Math.abs(mean(values, 2) - 1)).toBeLessThan(ERROR * Math.sqrt(2));
    expect(Math.abs(mean(values, 3))).toBeLessThan(ERROR * Math.sqrt(15));
    expect(Math.abs(mean(values, 4) - 3)).toBeLessThan(ERROR * Math.sqrt(96));
    for (const [bound, beyond] of [
      [1, 0.3173105],
      [2, 0.0455003],
      [3, 0.0026998],
    ] as const) {
      const found = values.filter((value) => Math.abs(value) > bound).length / COUNT;
      expect(Math.abs(found - beyond)).toBeLessThan(ERROR * Math.sqrt(beyond));
    }
  });

  it("normal values are independent of their neighbours, the pair of one transform included", () => {
    const values = normals(random(3));
    for (const lag of [1, 2, 3, 4]) {
      expect(Math.abs(correlation(values.subarray(lag), values.subarray(0, -lag)))).toBeLessThan(ERROR);
    }
    const even = values.filter((_, i) => i % 2 === 0).map((value) => value * value - 1);
    const odd = values.filter((_, i) => i % 2 === 1).map((value) => value * value - 1);
    expect(Math.abs(correlation(even, odd))).toBeLessThan(2 * ERROR * Math.SQRT2);
  });

  it("uniform values stay within other bounds, the upper one excluded even where float32 rounds to it", () => {
    for (const value of random(1).fillUniform(new Float32Array(1000), -3, 2)) {
      expect(value).toBeGreaterThanOrEqual(-3);
      expect(value).toBeLessThan(2);
    }
    const next = 1 + 2 ** -23;
    expect(
      random(1)
        .fillUniform(new Float32Array(1000), 1, next)
        .every((value) => value === 1),
    ).toBe(true);
  });

  it("integers are even over their range", () => {
    const source = random(4);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 14_000; i++) counts[source.integer(7)]!++;
    const { statistic, limit } = chiSquare(counts);
    expect(statistic).toBeLessThan(limit);
    expect(source.integer(1)).toBe(0);
  });

  it("next is in [0, 1) and differs from call to call", () => {
    const source = random(4);
    const values = Array.from({ length: 100 }, () => source.next());
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(new Set(values).size).toBe(100);
  });
});

describe("permutation", () => {
  it.each([0, 1, 2, 17, 1000])("of %i holds each number once", (n) => {
    expect([...random(5).permutation(n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
  });

  it("takes each of the 24 orders of four equally often", () => {
    const source = random(6);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = source.permutation(4).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const { statistic, limit } = chiSquare([...counts.values()]);
    expect(statistic).toBeLessThan(limit);
  });
});

describe("streams", () => {
  const start = (source: ReturnType<typeof random>): number[] => [...source.fillWords(new Uint32Array(8))];

  it("are the same for the same seed, path and step, whatever was drawn before", () => {
    const used = random(7);
    used.fillNormal(new Float32Array(100));
    used.stream("noise").next();
    const expected = start(random(7).stream("noise").at(100));
    expect(start(used.stream("noise").at(100))).toEqual(expected);
    expect(start(used.at(3).stream("noise").at(100))).toEqual(expected);
    expect(start(used.at(100).stream("noise"))).toEqual(expected);
  });

  it("move on by one draw for each call, however long it was", () => {
    const [short, long] = [random(7), random(7)];
    short.next();
    long.fillWords(new Uint32Array(1000));
    expect(start(short)).toEqual(start(long));
    expect(start(random(7))).not.toEqual(start(short));
  });

  it("are independent between names, steps, draws and seeds", () => {
    const first = normals(random(8).stream("a").at(5));
    const twice = random(8).stream("a").at(5);
    normals(twice);
    const others = {
      "another name": random(8).stream("b").at(5),
      "the name below": random(8).stream("a").stream("a").at(5),
      "the root": random(8).at(5),
      "the next step": random(8).stream("a").at(6),
      "the next seed": random(9).stream("a").at(5),
      "a seed that differs above 32 bits": random(8 + 2 ** 32)
        .stream("a")
        .at(5),
      "the next draw": twice,
    };
    for (const [name, other] of Object.entries(others)) {
      const values = normals(other);
      expect(values, name).not.toEqual(first);
      expect(Math.abs(correlation(first, values)), name).toBeLessThan(ERROR);
    }
  });

  it("give longer arrays the same beginning", () => {
    const [short, long] = [new Float32Array(5), new Float32Array(6)];
    expect([...random(1).fillNormal(short)]).toEqual([...random(1).fillNormal(long)].slice(0, 5));
  });

  it("give tensors with the values of the arrays, on cpu and on wasm", async () => {
    const expected = {
      normal: random(1).fillNormal(new Float32Array(6)),
      uniform: random(1).fillUniform(new Float32Array(6), -1, 1),
    };
    for (const backend of ["cpu", "wasm"]) {
      await tf.setBackend(backend);
      const [normal, uniform] = [random(1).normal([2, 3]), random(1).uniform([2, 3], -1, 1)];
      expect(normal.shape).toEqual([2, 3]);
      expect(normal.dtype).toBe("float32");
      expect(await normal.data()).toEqual(expected.normal);
      expect(await uniform.data()).toEqual(expected.uniform);
    }
    expect(random(1).normal([]).shape).toEqual([]);
    expect(random(1).uniform([0, 3]).shape).toEqual([0, 3]);
    expect(() => random(1).normal([1e7, 1000])).toThrow(OutOfMemoryError);
    expect(() => random(1).uniform([2 ** 31])).toThrow(/no room for \[2147483648\].*draw fewer at a time/);
  });

  it.each<[string, () => unknown]>([
    ["random: expected `seed` to be an integer ≥ 0, received -1.", () => random(-1)],
    ["random: expected `seed` to be an integer ≥ 0, received 0.5.", () => random(0.5)],
    ["random: expected `seed` to be an integer ≥ 0", () => random(2 ** 53)],
    ["Random.at: expected `step` to be an integer", () => random(1).at(2 ** 32)],
    ["Random.integer: expected `below` to be an integer ≥ 1", () => random(1).integer(0)],
    [
      "Random.uniform: expected `high` to be a number > low, which is 2, received 1.",
      () => random(1).uniform([2], 2, 1),
    ],
  ])("refuse: %s", (message, call) => {
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });
});
