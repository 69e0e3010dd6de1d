import { ConfigError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { shapes } from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** Area and centre of mass of the i-th picture, in pixels. */
function measure(x: ArrayLike<number>, size: number, i: number): { area: number; across: number; down: number } {
  let [area, across, down] = [0, 0, 0];
  for (let p = 0; p < size * size; p++) {
    const ink = x[i * size * size + p]! / 255;
    area += ink;
    across += ink * ((p % size) + 0.5);
    down += ink * (Math.floor(p / size) + 0.5);
  }
  return { area, across: across / area, down: down / area };
}

describe("shapes", () => {
  it("has pictures, factors as classes and values, and says what they mean", () => {
    const data = shapes({ count: 8 });
    const { x, label, factors, values } = data.gather();
    expect([x.shape, label.shape, factors.shape, values.shape]).toEqual([[8, 64, 64, 1], [8], [8, 5], [8, 5]]);
    expect([x.dtype, label.dtype, factors.dtype, values.dtype]).toEqual(["float32", "int32", "int32", "float32"]);
    expect(data.info.classNames).toEqual(["square", "ellipse", "heart", "triangle"]);
    expect(data.info.factors.map(({ name, values: { length } }) => [name, length])).toEqual([
      ["shape", 4],
      ["scale", 6],
      ["rotation", 40],
      ["x", 32],
      ["y", 32],
    ]);
    const [rows, described] = [data.values("factors"), data.values("values")];
    rows.forEach((level, i) => {
      expect(described[i]).toBe(Math.fround(data.info.factors[i % 5]!.values[level]!));
    });
    expect(data.values("label")).toEqual(rows.filter((_, i) => i % 5 === 0));
    tf.dispose([x, label, factors, values]);
  });

  it("draws areas that follow the formulae and grow with the square of the scale", () => {
    // Radius 12.8 pixels: square r²·2, ellipse π·r·r/2, triangle with base 0.8·1.72·r and height 1.72·r.
    const r2 = 12.8 ** 2;
    const closed = [2 * r2, (Math.PI * r2) / 2, undefined, 0.4 * 1.72 * 1.72 * r2];
    closed.forEach((area, shape) => {
      const data = shapes({ factors: [0, 5].map((scale) => [shape, scale, 3, 16, 16]) });
      const [small, large] = [0, 1].map((i) => measure(data.values("x"), 64, i).area);
      if (area !== undefined) expect(Math.abs(large! / area - 1)).toBeLessThan(0.02);
      expect(Math.abs(large! / small! / 4 - 1)).toBeLessThan(0.04);
    });
  });

  it("puts squares where x and y say, each moving its own direction", () => {
    const data = shapes({
      factors: [
        [0, 3, 0, 0, 0],
        [0, 3, 0, 31, 0],
        [0, 3, 7, 0, 31],
      ],
    });
    const [origin, right, below] = [0, 1, 2].map((i) => measure(data.values("x"), 64, i));
    for (const { across, down, expected } of [
      { ...origin!, expected: [12.8, 12.8] },
      { ...right!, expected: [51.2, 12.8] },
      { ...below!, expected: [12.8, 51.2] },
    ]) {
      expect(Math.abs(across - expected[0]!)).toBeLessThan(0.1);
      expect(Math.abs(down - expected[1]!)).toBeLessThan(0.1);
    }
  });

  it("turns: a half turn mirrors the picture, a quarter turn leaves a square", () => {
    const levels = { rotation: 4, x: 1, y: 1, scale: 1 };
    const all = shapes({ count: "all", levels, size: 32 });
    expect(all.size).toBe(16);
    const x = all.values("x");
    const picture = (shape: number, turn: number) =>
      x.subarray((shape * 4 + turn) * 1024, (shape * 4 + turn + 1) * 1024);
    // Samples on an edge may fall to either side: what is compared is the share of pixels that differ by much.
    const unlike = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      Array.from(a).filter((value, i) => Math.abs(value - b[i]!) > 64).length;
    for (let shape = 0; shape < 4; shape++) {
      expect(unlike(picture(shape, 0).slice().reverse(), picture(shape, 2)), `shape ${shape}`).toBeLessThan(3);
    }
    expect(unlike(picture(0, 0), picture(0, 1))).toBeLessThan(3);
    expect(unlike(picture(1, 0), picture(1, 2))).toBeLessThan(3);
    for (const shape of [2, 3]) expect(unlike(picture(shape, 0), picture(shape, 2))).toBeGreaterThan(20);
  });

  it("never cuts a shape off at the edge of the picture", () => {
    const corners = [0, 31].flatMap((column) => [0, 31].map((row) => [column, row]));
    const factors = corners.flatMap(([a, b]) => [0, 1, 2, 3].map((shape) => [shape, 5, 5, a!, b!]));
    const data = shapes({ factors });
    const middle = shapes({ factors: [0, 1, 2, 3].map((shape) => [shape, 5, 5, 16, 16]) });
    factors.forEach(([shape], i) => {
      const [here, there] = [measure(data.values("x"), 64, i), measure(middle.values("x"), 64, shape!)];
      expect(Math.abs(here.area / there.area - 1)).toBeLessThan(0.03);
    });
  });

  it("lists all combinations once, the last factor fastest", () => {
    const data = shapes({ count: "all", size: 8, levels: { scale: 2, rotation: 1, x: 2, y: 3 }, kinds: ["heart"] });
    const rows = data.values("factors");
    const listed = Array.from({ length: data.size }, (_, i) => rows.slice(5 * i, 5 * i + 5).join(""));
    expect(listed.slice(0, 4)).toEqual(["00000", "00001", "00002", "00010"]);
    expect([listed.length, new Set(listed).size]).toEqual([12, 12]);
  });

  it("refuses options that cannot work", () => {
    expect(() => shapes({ kinds: ["circle" as "square"] })).toThrow(/`kinds` to be .* one of 'square'/);
    expect(() => shapes({ factors: [[0, 6, 0, 0, 0]] })).toThrow(/factors\[0\]\[1\]` to be an integer ≥ 0 and < 6/);
    expect(() => shapes({ factors: [[0, 0]] })).toThrow(/5 class numbers/);
    expect(() => shapes({ factors: [[0, 0, 0, 0, 0]], count: 3 })).toThrow(/absent/);
    expect(() => shapes({ levels: { shape: 3 } as never })).toThrow(/unknown option `shape`/);
    expect(() => shapes({ levels: { x: 0 } })).toThrow(ConfigError);
    expect(() => shapes({ count: "all" })).toThrow(/at most 2 GiB/);
    expect(() => shapes({ size: 4 })).toThrow(ConfigError);
  });
});
