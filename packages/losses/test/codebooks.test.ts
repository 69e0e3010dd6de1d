import { ConfigError, random, ShapeError } from "@latentkit/core";
import { stepContext, trainableVariables } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { kMeans } from "../src/codebooks/k-means.js";
import { nearest } from "../src/codebooks/nearest.js";
import { type Codebook, finiteScalarQuantizer, residualQuantizer, vectorQuantizer } from "../src/index.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

type Rows = number[][];
const rows = async (x: tf.Tensor): Promise<Rows> => (await tf.reshape(x, [-1, x.shape.at(-1)!]).array()) as Rows;
const distance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
/** The nearest code in double precision, by looking at all of them. */
const closest = (z: readonly number[], codes: Rows): number =>
  codes.reduce((best, code, k) => (distance(z, code) < distance(z, codes[best]!) ? k : best), 0);
const step = (seed: number) => stepContext(random(seed), 0, true);
/** The rows that a restart takes from a batch: in even distances from a random one on. */
const spread = async (z: Rows, count: number, seed: number): Promise<Rows> => {
  const [start] = (await random(seed).uniform([1]).data()) as Float32Array;
  return Array.from({ length: count }, (_, k) => z[Math.floor((k * z.length) / count + start! * z.length) % z.length]!);
};
const expectRows = (actual: Rows, expected: Rows, digits = 5): void => {
  expect(actual.length).toBe(expected.length);
  for (const [i, row] of expected.entries())
    for (const [j, value] of row.entries()) expect(actual[i]![j], `${i},${j}`).toBeCloseTo(value, digits);
};
const clusters = (seed: number): tf.Tensor2D => {
  const noise = random(seed).normal([60, 3]);
  const centres = tf.gather(
    random(seed).uniform([6, 3], -10, 10),
    tf.tensor1d(
      Array.from({ length: 60 }, (_, i) => i % 6),
      "int32",
    ),
  );
  return tf.add(centres, tf.mul(0.3, noise)) as tf.Tensor2D;
};

describe("vectorQuantizer", () => {
  it("chooses the nearest of all codes, as a search in double precision finds them", async () => {
    const [z, codes] = [random(1).normal([300, 8]), random(2).normal([50, 8])] as [tf.Tensor2D, tf.Tensor2D];
    const [plain, table] = [await rows(z), await rows(codes)];
    expect([...(await nearest(z, codes).data())]).toEqual(plain.map((row) => closest(row, table)));
  });

  it("chooses by angle where asked, among codes of length 1", async () => {
    const book = vectorQuantizer({ codes: 20, dim: 4, distance: "cosine", initialization: "uniform" }).create();
    const z = random(1).normal([50, 4]);
    const table = await rows(book.state.codebook!);
    for (const code of table) expect(distance(code, [0, 0, 0, 0])).toBeCloseTo(1, 5);
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const best = (await rows(z)).map((row) =>
      table.reduce((k, code, i) => (dot(row, code) > dot(row, table[k]!) ? i : k), 0),
    );
    expect([...(await book.quantize(z).codes.data())]).toEqual(best);
  });

  it("moves codes, counts and dead codes as a loop by hand does", async () => {
    const [codes, decay, below, epsilon] = [7, 0.9, 4, 1e-5];
    const options = { codes, dim: 3, decay, restart: { below }, initialization: "uniform", seed: 3 } as const;
    const book = vectorQuantizer(options).create();
    let table = await rows(book.state.codebook!);
    let counts: number[] = new Array(codes).fill(2 * below);
    let sums = table.map((code) => code.map((value) => value * 2 * below));
    let restarts = 0;
    for (let batch = 0; batch < 20; batch++) {
      const data = clusters(batch);
      const z = await rows(data);
      book.quantize(data, step(batch));
      const chosen = z.map((row) => closest(row, table));
      counts = counts.map((count, k) => decay * count + (1 - decay) * chosen.filter((one) => one === k).length);
      sums = sums.map((sum, k) =>
        sum.map(
          (value, j) =>
            decay * value + (1 - decay) * z.reduce((all, row, i) => all + (chosen[i] === k ? row[j]! : 0), 0),
        ),
      );
      const total = counts.reduce((a, b) => a + b);
      table = sums.map((sum, k) =>
        sum.map((value) => value / (((counts[k]! + epsilon) / (total + codes * epsilon)) * total)),
      );
      const share = z.length / codes;
      const born = await spread(z, codes, batch);
      counts.forEach((count, k) => {
        if (count >= Math.min(below, share / 2)) return;
        restarts++;
        [counts[k], table[k], sums[k]] = [share, born[k]!, born[k]!.map((value) => value * share)];
      });
    }
    expect(restarts).toBeGreaterThan(1);
    expectRows(await rows(book.state.codebook!), table, 4);
    expectRows([[...(await book.state.counts!.data())]], [counts], 4);
    expectRows(await rows(book.state.sums!), sums, 3);
  });

  it("says how many codes are in use", async () => {
    const book = vectorQuantizer({ codes: 8, dim: 1, initialization: "uniform" }).create();
    for (const part of ["codebook", "sums"]) book.state[part]!.assign(tf.tensor2d([0, 1, 2, 3, 4, 5, 6, 7], [8, 1]));
    const { parts } = book.quantize(tf.tensor2d([0, 0, 1, 1, 2, 2, 3, 3], [8, 1]), step(1));
    expect((await parts.perplexity!.data())[0]).toBeCloseTo(4, 4);
    expect((await parts.used!.data())[0]).toBe(0.5);
    // A batch later with one code alone: the others were in use a moment ago.
    const { parts: later } = book.quantize(tf.zeros([8, 1]), step(2));
    expect((await later.perplexity!.data())[0]).toBeCloseTo(1, 4);
    expect((await later.used!.data())[0]).toBe(0.5);
  });

  it.each([["ema"], ["gradient"]] as const)(
    "%s: passes gradients straight through, as finite differences of the surrogate say",
    async (update) => {
      const book = vectorQuantizer({
        codes: 5,
        dim: 2,
        update,
        commitment: 0.4,
        initialization: "uniform",
        seed: 2,
      }).create();
      const z = tf.mul(random(4).normal([3, 2]), 0.3);
      const weights = random(5).normal([3, 2]);
      const f = (vectors: tf.Tensor): tf.Scalar => tf.sum(tf.mul(weights, tf.square(vectors)));
      const objective = (x: tf.Tensor): tf.Scalar => {
        const { vectors, loss } = book.quantize(x);
        return tf.add(f(vectors), tf.sum(loss!));
      };
      const [slope, chosen] = [await rows(tf.grad(objective)(z)), await rows(book.quantize(z).vectors)];
      const [at, w] = [await rows(z), await rows(weights)];
      // The surrogate: e − z is a constant, and so is e.
      const surrogate = (x: Rows): number =>
        x.reduce(
          (sum, row, i) =>
            sum +
            row.reduce(
              (s, value, j) =>
                s + w[i]![j]! * (value + chosen[i]![j]! - at[i]![j]!) ** 2 + 0.4 * (value - chosen[i]![j]!) ** 2,
              0,
            ),
          0,
        );
      for (const [i, row] of at.entries()) {
        for (const j of row.keys()) {
          const moved = (by: number) => surrogate(at.map((r, a) => r.map((v, b) => (a === i && b === j ? v + by : v))));
          expect(slope[i]![j]).toBeCloseTo((moved(1e-4) - moved(-1e-4)) / 2e-4, 3);
        }
      }
      if (update === "ema") return;
      // Codes: the slope of ‖sg[z] − e‖² alone.
      const [table] = trainableVariables(Object.values(book.networks));
      const { grads } = tf.variableGrads(() => objective(z), [table!]);
      const numbers = await book.quantize(z).codes.data();
      const expected = (await rows(table!)).map((code, k) =>
        code.map((value, j) => at.reduce((sum, row, i) => sum + (numbers[i] === k ? 2 * (value - row[j]!) : 0), 0)),
      );
      expectRows(await rows(grads[table!.name]!), expected, 4);
    },
  );

  it("begins at the centres of the first batch, as Lloyd's algorithm by hand finds them, and only once", async () => {
    const data = clusters(9);
    const quantizer = vectorQuantizer({ codes: 6, dim: 3 });
    const begun = (seed: number): Codebook => {
      const book = quantizer.create();
      book.first!(data, step(seed));
      return book;
    };
    const z = await rows(data);
    let centres = await spread(z, 6, 1);
    let chosen: number[] = [];
    for (let round = 0; round < 10; round++) {
      chosen = z.map((row) => closest(row, centres));
      centres = centres.map((centre, k) => {
        const own = z.filter((_, i) => chosen[i] === k);
        return own.length === 0
          ? centre
          : centre.map((_, j) => own.reduce((sum, row) => sum + row[j]!, 0) / own.length);
      });
    }
    const [one, again, other] = [begun(1), begun(1), begun(2)];
    expectRows(await rows(one.state.codebook!), centres);
    expect(await rows(again.state.codebook!)).toEqual(await rows(one.state.codebook!));
    expect(await rows(other.state.codebook!)).not.toEqual(await rows(one.state.codebook!));
    const counted = centres.map((_, k) => z.filter((row) => closest(row, centres) === k).length);
    expect([...(await one.state.counts!.data())]).toEqual(counted.map((count) => Math.max(count, 1)));
    one.first!(tf.mul(data, 2), step(3));
    expect(await rows(one.state.codebook!)).toEqual(await rows(again.state.codebook!));
  });

  it("keeps centres of directions at length 1", async () => {
    const { centres } = kMeans(clusters(3), 4, random(1), true);
    for (const centre of await rows(centres)) expect(distance(centre, [0, 0, 0])).toBeCloseTo(1, 4);
  });

  it("refuses vectors and code numbers of another size", () => {
    const book = vectorQuantizer({ dim: 3 }).create();
    expect(() => book.quantize(tf.zeros([2, 4]))).toThrow(ShapeError);
    expect(() => book.embed(tf.zeros([2, 2], "int32"))).toThrow(ShapeError);
    expect(() => vectorQuantizer({ dim: 3, restart: { below: 0 } })).toThrow(ConfigError);
    expect(() => vectorQuantizer({ dim: 3, distance: "manhattan" as never })).toThrow(/distance/);
  });
});

describe("residualQuantizer", () => {
  it("comes nearer with every level, and its code numbers stand for the sum of codes", async () => {
    const data = random(1).normal([200, 4]);
    const errors: number[] = [];
    for (const levels of [1, 2, 3, 4]) {
      const book = residualQuantizer({ levels, codes: 8, dim: 4 }).create();
      book.first!(data, step(1));
      const { vectors, codes, loss } = book.quantize(data);
      expect(codes.shape).toEqual([200, levels]);
      expectRows(await rows(book.embed(codes)), await rows(vectors));
      const [z, q] = [await rows(data), await rows(vectors)];
      errors.push(z.reduce((sum, row, i) => sum + distance(row, q[i]!), 0));
      // β times what is left behind every level, added up.
      expect((await tf.sum(loss!).data())[0]! / 0.25).toBeCloseTo(
        errors.reduce((a, b) => a + b),
        1,
      );
    }
    for (let i = 1; i < errors.length; i++) expect(errors[i]).toBeLessThan(0.8 * errors[i - 1]!);
  });
});

describe("finiteScalarQuantizer", () => {
  it.each([[[8, 5, 5, 5]], [[2, 3]], [[7]]])("%j: code numbers and vectors are one and the same", async (levels) => {
    const quantizer = finiteScalarQuantizer({ levels });
    const book = quantizer.create();
    const count = quantizer.codeCount;
    expect(count).toBe(levels.reduce((a, b) => a * b));
    const numbers = tf.reshape(tf.range(0, count, 1, "int32"), [count, 1]);
    const vectors = await rows(book.embed(numbers));
    // Digits in the mixed base by hand, over ⌊L/2⌋.
    const expected = Array.from({ length: count }, (_, k) => {
      let left = k;
      return levels.map((level) => {
        const digit = left % level;
        left = (left - digit) / level;
        return (digit - Math.floor(level / 2)) / Math.floor(level / 2);
      });
    });
    expectRows(vectors, expected, 6);
    expect(new Set(vectors.map(String)).size).toBe(count);
    // What is bounded to a vector is rounded to it: artanh backwards through the bound.
    const inputs = expected.map((row) =>
      row.map((value, i) => {
        const level = levels[i]!;
        const [half, offset] = [((level - 1) / 2) * 1.001, level % 2 === 0 ? 0.5 : 0];
        const inside = Math.max(-0.9999, Math.min(0.9999, (value * Math.floor(level / 2) + offset) / half));
        return Math.atanh(inside) - (level === 2 ? 0 : Math.atanh(offset / half));
      }),
    );
    expect([...(await book.quantize(tf.tensor2d(inputs)).codes.data())]).toEqual([...(await numbers.data())]);
  });

  it("keeps the slope of the bound, and of nothing else", async () => {
    const book = finiteScalarQuantizer({ levels: [5, 4] }).create();
    const z = tf.tensor2d([[0.3, -0.2]]);
    const slope = await tf
      .grad((x) => tf.sum(book.quantize(x).vectors))(z)
      .data();
    const bound = (x: number, level: number): number => {
      const [half, offset] = [((level - 1) / 2) * 1.001, level % 2 === 0 ? 0.5 : 0];
      return (half * Math.tanh(x + Math.atanh(offset / half)) - offset) / Math.floor(level / 2);
    };
    for (const [i, [x, level]] of (
      [
        [0.3, 5],
        [-0.2, 4],
      ] as const
    ).entries())
      expect(slope[i]).toBeCloseTo((bound(x + 1e-5, level) - bound(x - 1e-5, level)) / 2e-5, 4);
    expect(book.quantize(z).loss).toBeUndefined();
  });

  it("refuses levels that are none", () => {
    for (const levels of [[], [1], [2.5], [256, 257], "8"])
      expect(() => finiteScalarQuantizer({ levels: levels as never })).toThrow(ConfigError);
  });
});
