import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { normalQuantile } from "../../src/authoring.js";
import {
  attributeDirection,
  ConfigError,
  interpolate,
  interpolateCodes,
  latentArithmetic,
  latentGrid,
  random,
  ShapeError,
  traversalCodes,
} from "../../src/index.js";
import { expectSameTensors } from "../../src/testing/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe("interpolateCodes", () => {
  it("goes in a straight line, path after path", async () => {
    const codes = interpolateCodes(
      tf.tensor2d([
        [0, 0],
        [1, 1],
      ]),
      tf.tensor2d([
        [2, 4],
        [1, 3],
      ]),
      3,
    );
    await expectSameTensors(
      codes,
      tf.tensor2d([
        [0, 0],
        [1, 2],
        [2, 4],
        [1, 1],
        [1, 2],
        [1, 3],
      ]),
    );
  });

  it("follows the great circle: quarter turns of a right angle, constant length", async () => {
    const codes = interpolateCodes(tf.tensor2d([[2, 0]]), tf.tensor2d([[0, 2]]), 3, "spherical");
    await expectSameTensors(
      codes,
      tf.tensor2d([
        [2, 0],
        [Math.SQRT2, Math.SQRT2],
        [0, 2],
      ]),
      1e-6,
    );
  });

  it("keeps the length that draws of many dimensions have, unlike the straight line", async () => {
    const [a, b] = [random(1).normal([1, 512]), random(2).normal([1, 512])];
    const length = async (path: "linear" | "spherical") =>
      (await tf.norm(tf.slice(interpolateCodes(a, b, 3, path), [1, 0], [1, 512])).data())[0]!;
    // A draw has length √512 ± 0.7; the middle of two orthogonal ones on a line is shorter by √2.
    expect(Math.abs((await length("spherical")) - Math.sqrt(512))).toBeLessThan(2.1);
    expect(await length("linear")).toBeLessThan(Math.sqrt(512 / 2) + 2.1);
  });

  it.each([1e-3, 1e-2, 0.3, 2, Math.PI - 0.1, Math.PI - 1e-2, Math.PI - 2e-3])(
    "follows the great circle of codes %f apart, ends included",
    async (angle) => {
      const a = [Math.fround(3 * Math.cos(0.4)), Math.fround(3 * Math.sin(0.4))] as const;
      const b = [Math.fround(3 * Math.cos(0.4 + angle)), Math.fround(3 * Math.sin(0.4 + angle))] as const;
      const path = interpolateCodes(tf.tensor2d([[...a]]), tf.tensor2d([[...b]]), 5, "spherical");
      // In double precision, from the codes as float32 has them.
      const between = Math.atan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]);
      const expected = [0, 0.25, 0.5, 0.75, 1].map((t) => {
        const [wa, wb] = [Math.sin((1 - t) * between), Math.sin(t * between)].map((sine) => sine / Math.sin(between));
        return [wa! * a[0] + wb! * b[0], wa! * a[1] + wb! * b[1]];
      });
      await expectSameTensors(path, tf.tensor2d(expected), angle > 3.1 ? 1e-3 : 1e-5);
    },
  );

  it("takes the straight line for equal, opposite and zero codes", async () => {
    const a = tf.tensor2d([
      [1, 2],
      [1, 2],
      [0, 0],
    ]);
    const b = tf.tensor2d([
      [1, 2],
      [-1, -2],
      [3, 4],
    ]);
    const round = interpolateCodes(a, b, 5, "spherical");
    // The zero code has no direction: its cosine counts as 0, a right angle, and its length grows with sin(tπ/2).
    await expectSameTensors(
      tf.slice(round, [0, 0], [10, 2]),
      tf.slice(interpolateCodes(a, b, 5), [0, 0], [10, 2]),
      1e-6,
    );
    await expectSameTensors(tf.slice(round, [14, 0], [1, 2]), tf.tensor2d([[3, 4]]), 1e-6);
  });

  it("refuses one step, unknown paths and codes of different shapes", () => {
    const a = tf.zeros([1, 2]);
    expect(() => interpolateCodes(a, a, 1)).toThrow(ConfigError);
    expect(() => interpolateCodes(a, a, 3, "round" as never)).toThrow("one of 'linear', 'spherical'");
    expect(() => interpolateCodes(a, tf.zeros([1, 3]), 3)).toThrow(ShapeError);
    expect(() => interpolateCodes(tf.zeros([2]), tf.zeros([2]), 3)).toThrow(ShapeError);
  });
});

describe("normalQuantile", () => {
  it("equals scipy.stats.norm.ppf in the centre, the middle and the tails", () => {
    // python3 -c "from scipy.stats import norm; print([norm.ppf(p) for p in (1e-20, 1e-6, .01, .3, .5, .975, .999999)])"
    const reference = [
      [1e-20, -9.262340089798407],
      [1e-6, -4.753424308822899],
      [0.01, -2.3263478740408408],
      [0.3, -0.5244005127080409],
      [0.5, 0],
      [0.975, 1.959963984540054],
      [0.999999, 4.753424308817089],
    ] as const;
    for (const [p, z] of reference) expect(Math.abs(normalQuantile(p) - z)).toBeLessThan(1e-12);
  });

  it("refuses 0 and 1", () => {
    expect(() => normalQuantile(0)).toThrow(ConfigError);
    expect(() => normalQuantile(1)).toThrow(ConfigError);
  });
});

describe("latentGrid", () => {
  it("cuts the prior into cells of equal probability, first dimension rightwards, second upwards", async () => {
    const third = normalQuantile(5 / 6);
    const expected = [third, 0, -third].flatMap((up) => [-third, 0, third].map((across) => [across, up]));
    await expectSameTensors(latentGrid(3, 3), tf.tensor2d(expected), 1e-7);
  });

  it("varies two chosen dimensions of a larger code", async () => {
    const q = normalQuantile(0.75);
    await expectSameTensors(
      latentGrid(2, 1, { latentDim: 4, dimensions: [3, 1] }),
      tf.tensor2d([
        [0, 0, 0, -q],
        [0, 0, 0, q],
      ]),
      1e-7,
    );
  });

  it("refuses impossible grids", () => {
    expect(() => latentGrid(0, 1)).toThrow(ConfigError);
    expect(() => latentGrid(2, 2, { dimensions: [0, 2] })).toThrow(ConfigError);
    expect(() => latentGrid(2, 2, { dimensions: [1, 1] })).toThrow("two different dimensions");
    expect(() => latentGrid(2, 2, { latentdim: 3 } as never)).toThrow("unknown option `latentdim`");
  });
});

describe("traversalCodes", () => {
  it("changes one dimension and no other, code after code", async () => {
    const z = tf.tensor2d([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    await expectSameTensors(
      traversalCodes(z, 1, [-1, 9]),
      tf.tensor2d([
        [1, -1, 3],
        [1, 9, 3],
        [4, -1, 6],
        [4, 9, 6],
      ]),
    );
  });

  it("refuses a dimension outside the code and an empty list", () => {
    expect(() => traversalCodes(tf.zeros([1, 3]), 3, [0])).toThrow(ConfigError);
    expect(() => traversalCodes(tf.zeros([1, 3]), 0, [])).toThrow("at least one value");
  });
});

describe("latent arithmetic", () => {
  it("adds the mean of one group and takes away the mean of another", async () => {
    const plus = tf.tensor2d([
      [1, 0],
      [3, 2],
    ]);
    const minus = tf.tensor2d([[1, 1]]);
    await expectSameTensors(latentArithmetic(tf.tensor2d([[10, 10]]), { plus, minus }), tf.tensor2d([[11, 10]]));
    await expectSameTensors(latentArithmetic(tf.tensor2d([[0, 0]]), { plus, amount: 2 }), tf.tensor2d([[4, 2]]));
    await expectSameTensors(attributeDirection(plus, minus), tf.tensor1d([1, 0]));
  });

  it("refuses codes of another size and empty groups", () => {
    expect(() => latentArithmetic(tf.zeros([1, 2]), { plus: tf.zeros([1, 3]) })).toThrow(ShapeError);
    expect(() => attributeDirection(tf.zeros([2, 2]), tf.zeros([2, 3]))).toThrow(ShapeError);
    expect(() => attributeDirection(tf.zeros([0, 2]), tf.zeros([2, 2]))).toThrow("at least one code");
  });
});

describe("interpolate", () => {
  it("decodes the path between two codes and leaks nothing", async () => {
    const doubled = {
      latentDim: 2,
      encode: (x: tf.Tensor) => tf.mul(x, 2) as tf.Tensor2D,
      decode: (z: tf.Tensor) => tf.div(z, 2),
    };
    const [a, b] = [tf.zeros([1, 2]), tf.ones([1, 2])];
    const before = tf.memory().numTensors;
    const morph = interpolate(doubled, a, b, 3);
    expect(tf.memory().numTensors).toBe(before + 1);
    await expectSameTensors(
      morph,
      tf.tensor2d([
        [0, 0],
        [0.5, 0.5],
        [1, 1],
      ]),
    );
  });
});
