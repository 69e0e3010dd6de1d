import { createHash } from "node:crypto";
import { ConfigError } from "@latentkit/core";
import { describe, expect, it } from "vitest";
import { glyphs } from "../src/index.js";

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe("glyphs", () => {
  it("draws the same bytes on every machine", () => {
    const values = glyphs({ count: 200, seed: 1 }).values("x");
    expect(createHash("sha256").update(values).digest("hex")).toBe(
      "3115311668d7a5a9bbf50e49bb449025d7e52175771ad533170e6617aab8aa7b",
    );
  });

  it("begins with the same images whatever the count, and draws the test images apart", () => {
    const few = glyphs({ count: 20, seed: 3 });
    expect(glyphs({ count: 50, seed: 3 }).take(20).values("x")).toEqual(few.values("x"));
    expect(glyphs({ count: 20, seed: 3, split: "test" }).values("x")).not.toEqual(few.values("x"));
  });

  it("has every digit equally often, as bytes with a black border", () => {
    const data = glyphs({ count: 5000 });
    const [x, label] = [data.values("x"), data.values("label")];
    expect(x).toBeInstanceOf(Uint8Array);
    // 500 of each expected; five binomial deviations.
    for (let digit = 0; digit < 10; digit++) {
      const count = label.filter((value) => value === digit).length;
      expect(Math.abs(count - 500)).toBeLessThan(5 * Math.sqrt(450));
    }
    let border = 0;
    for (let i = 0; i < 5000; i++) for (let column = 0; column < 28; column++) border += x[i * 784 + column]!;
    expect(border / 5000 / 28).toBeLessThan(1);
  });

  it("has MNIST's ink: mean grey 0.133, full ink 0.075 and edges 0.110 of all pixels", () => {
    const x = glyphs({ count: 3000 }).values("x");
    // MNIST's own figures, measured on its test images; the bands are ± 15 %.
    expect(mean(x) / 255 / 0.1325).toBeCloseTo(1, 0.3);
    expect(x.filter((value) => value > 250).length / x.length / 0.0749).toBeGreaterThan(0.85);
    expect(x.filter((value) => value > 250).length / x.length / 0.0749).toBeLessThan(1.15);
    expect(x.filter((value) => value > 10 && value <= 250).length / x.length / 0.1104).toBeGreaterThan(0.85);
    expect(x.filter((value) => value > 10 && value <= 250).length / x.length / 0.1104).toBeLessThan(1.15);
  });

  it("is centred by mass as MNIST is", () => {
    const x = glyphs({ count: 300 }).values("x");
    for (let i = 0; i < 300; i++) {
      let [mass, across, down] = [0, 0, 0];
      for (let p = 0; p < 784; p++) {
        const ink = x[i * 784 + p]!;
        mass += ink;
        across += ink * ((p % 28) + 0.5);
        down += ink * (Math.floor(p / 28) + 0.5);
      }
      // The shift has a deviation of 0.35 and is cut at 2.2 of them; crossings and pressure move the mass a little.
      expect(Math.abs(across / mass - 14)).toBeLessThan(1.8);
      expect(Math.abs(down / mass - 14)).toBeLessThan(1.8);
    }
  });

  it("can be told apart by digit, yet no two images are alike", () => {
    const [train, test] = [glyphs({ count: 3000, seed: 1 }), glyphs({ count: 300, seed: 1, split: "test" })];
    const [x, label] = [train.values("x"), train.values("label")];
    let right = 0;
    let closest = Number.POSITIVE_INFINITY;
    test.values("label").forEach((digit, i) => {
      const image = test.values("x").subarray(i * 784, (i + 1) * 784);
      let [best, guess] = [Number.POSITIVE_INFINITY, -1];
      for (let j = 0; j < 3000; j++) {
        let distance = 0;
        for (let p = 0; p < 784 && distance < best; p++) distance += (image[p]! - x[j * 784 + p]!) ** 2;
        if (distance < best) [best, guess] = [distance, label[j]!];
      }
      closest = Math.min(closest, best);
      if (guess === digit) right++;
    });
    // The nearest neighbour among 3,000 images: 93 % on MNIST, whose digits vary more.
    expect(right / 300).toBeGreaterThan(0.93);
    expect(closest).toBeGreaterThan(0);
  });

  it("draws one fixed shape for each handwriting without variation, and chosen digits only", () => {
    const none = { slant: 0, thickness: 0, scale: 0, rotation: 0, jitter: 0 };
    const data = glyphs({ count: 100, digits: [7], variation: none });
    expect(new Set(data.values("label"))).toEqual(new Set([7]));
    const x = data.values("x");
    const images = new Set(Array.from({ length: 100 }, (_, i) => x.subarray(i * 784, (i + 1) * 784).join()));
    expect(images.size).toBeGreaterThan(2);
    expect(images.size).toBeLessThan(10);
  });

  it("refuses options that cannot work", () => {
    expect(() => glyphs({ digits: [] })).toThrow(ConfigError);
    expect(() => glyphs({ digits: [10] })).toThrow(/`digits` to be .* ≥ 0 and ≤ 9, received \[10\]/);
    expect(() => glyphs({ variation: { slant: -1 } })).toThrow(/variation\.slant/);
    expect(() => glyphs({ variation: { slope: 1 } as never })).toThrow(/unknown option `slope`/);
    expect(() => glyphs({ split: "validation" as "test" })).toThrow(ConfigError);
  });
});
