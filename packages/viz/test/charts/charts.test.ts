import { ConfigError, DataError, random, ShapeError } from "@latentkit/core";
import { latentScatter, lineChart, lossCurves } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { linearScale, logScale } from "../../src/charts/axis.js";
import { drawDots } from "../../src/charts/dots.js";
import { formatNumber } from "../../src/internal/format-number.js";
import { type Element, findAll, parseXml } from "./xml.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** The absolute places of the points of a path of straight lines. */
function placesOf(path: string): [number, number][] {
  const places: [number, number][] = [];
  let [x, y] = [0, 0];
  for (const [, command, numbers] of path.matchAll(/([MLmh])([^MLmh]*)/g)) {
    const values = [...numbers!.matchAll(/-?(?:\d+\.?\d*|\.\d+)/g)].map(Number);
    if (command === "h") continue;
    [x, y] = command === "m" ? [x + values[0]!, y + values[1]!] : [values[0]!, values[1]!];
    places.push([x, y]);
  }
  return places;
}
const lines = (svg: string): Element[] =>
  findAll(parseXml(svg), "path").filter((path) => path.attributes["stroke-width"] === "2");
const texts = (svg: string): string[] => findAll(parseXml(svg), "text").map(({ text }) => text);

describe("lineChart", () => {
  it("draws every point where its axes say, linear and logarithmic", () => {
    const [x, y] = [
      [1, 10, 100, 1000],
      [8, 4, 2, 1],
    ];
    const linear = placesOf(lines(lineChart({ series: [{ name: "a", x, y }] }))[0]!.attributes.d!);
    expect(linear.length).toBe(4);
    const share = (places: [number, number][], axis: 0 | 1): number[] => {
      const [first, last] = [places[0]![axis], places.at(-1)![axis]];
      return places.map((place) => (place[axis] - first) / (last - first));
    };
    share(linear, 0).forEach((value, i) => {
      expect(value).toBeCloseTo((x[i]! - 1) / 999, 2);
    });
    const log = placesOf(lines(lineChart({ series: [{ name: "a", x, y }], logX: true, logY: true }))[0]!.attributes.d!);
    for (const axis of [0, 1] as const) {
      share(log, axis).forEach((value, i) => {
        expect(value).toBeCloseTo(i / 3, 2);
      });
    }
  });

  it("is XML whatever the names are, and says its title, axes and series", () => {
    const name = `a<b & "c" {a} \u0007]]>`;
    const svg = lineChart({
      series: [{ name, x: [1, 2], y: [1, 2] }],
      title: name,
      xLabel: "<x>",
      yLabel: "loss (nats) & more",
    });
    const root = parseXml(svg);
    expect(root.attributes).toMatchObject({ role: "img", viewBox: "0 0 720 320" });
    expect(findAll(root, "title")[0]!.text).toBe(name.replace("\u0007", ""));
    expect(findAll(root, "desc")[0]!.text).toContain("2 points, the last 2");
    expect(texts(svg)).toEqual(expect.arrayContaining(["<x>", "loss (nats) & more"]));
    expect(texts(svg).some((text) => text.startsWith('a<b & "c" {a}'))).toBe(true);
    expect(svg).not.toMatch(/<script|<style|href|url\(http/);
  });

  it("leaves gaps for what it cannot show, and a dot for a lone point", () => {
    const gap = lineChart({ series: [{ name: "a", x: [1, 2, 3, 4, 5], y: [1, 2, Number.NaN, 4, 5] }] });
    expect(lines(gap)[0]!.attributes.d!.match(/M/g)!.length).toBe(2);
    const negative = lineChart({ series: [{ name: "a", x: [1, 2, 3], y: [1, -1, 2] }], logY: true });
    expect(placesOf(lines(negative)[0]!.attributes.d!).length).toBe(2);
    expect(() => parseXml(lineChart({ series: [{ name: "none", x: [1], y: [Number.NaN] }] }))).not.toThrow();
    expect(lineChart({ series: [{ name: "one", x: [5], y: [3] }] })).toMatch(/A\d/); // An arc: the symbol.
  });

  it("thins long lines, smooths without pulling the start to zero, and is the same text each time", () => {
    const n = 50_000;
    const noise = random(1).fillNormal(new Float32Array(n));
    const series = [{ name: "a", x: Array.from({ length: n }, (_, i) => i), y: noise }];
    expect(lineChart({ series }).length).toBeLessThan(40_000);
    const flat = [{ name: "a", x: [1, 2, 3], y: [5, 5, 5] }];
    const smooth = lines(lineChart({ series: flat, smoothing: 0.9 }))[0]!;
    expect(new Set(placesOf(smooth.attributes.d!).map(([, y]) => y)).size).toBe(1);
    expect(lineChart({ series: flat })).toBe(lineChart({ series: flat }));
  });

  it("gives two charts of a page different ids", () => {
    const ids = [1, 2].map((k) => {
      const svg = lineChart({ series: [{ name: "a", x: [1, 2], y: [k, 2] }] });
      return findAll(parseXml(svg), "clipPath").map(({ attributes }) => attributes.id);
    });
    expect(ids[0]!.length).toBeGreaterThan(0);
    expect(new Set(ids.flat()).size).toBe(ids.flat().length);
  });

  it.each([
    [541.2, 540.9],
    [462.5, 462.4],
    [1e6, 1e6 + 1],
    [7, 7],
  ])("draws values that differ little for their size: %d and %d", (a, b) => {
    for (const x of [[8], [4, 8]]) {
      const series = [a, b].map((value, i) => ({ name: `line ${i}`, x, y: x.map(() => value) }));
      for (const logY of [false, true]) expect(texts(lineChart({ series, logY }))).toContain("line 1");
    }
  });

  it("follows a theme", () => {
    const series = [{ name: "a", x: [1, 2], y: [1, 2] }];
    expect(lineChart({ series, theme: "page" })).toContain("var(--lk-series-0, #1f6fc4)");
    const dark = lineChart({ series, theme: "dark" });
    expect(dark).not.toContain("#1f6fc4");
    expect(dark).toContain("#5aa7f2");
  });

  it("refuses what it cannot draw", () => {
    expect(() => lineChart({ series: [] })).toThrow(ConfigError);
    expect(() => lineChart({ series: [{ name: "a", x: [1], y: [] }] })).toThrow(ShapeError);
    expect(() => lineChart({ series: [{ name: "a", x: [1], y: [1] }], smoothing: 1 })).toThrow(/smoothing/);
    expect(() => lineChart({ series: [{ name: "a", x: [1], y: [1] }], wide: 3 } as never)).toThrow(/unknown option/);
  });
});

describe("lossCurves", () => {
  const history = [1, 2, 3, 4].map((step) => ({
    ...{ step, epoch: 0, "vae/loss": 9 / step, "vae/kl": step, "gan/loss": 1 },
    ...(step % 2 === 0 ? { "validation/vae/loss": 10 / step } : {}),
  }));

  it("draws a line for each value, validation dashed in the colour of training", () => {
    const all = lines(lossCurves(history));
    expect(all.length).toBe(4);
    const vae = lines(lossCurves(history, { values: ["vae/loss", "validation/"] }));
    expect(vae.length).toBe(2);
    expect(placesOf(vae[1]!.attributes.d!).length).toBe(2);
    expect(vae[0]!.attributes.stroke).toBe(vae[1]!.attributes.stroke);
    expect([vae[0], vae[1]].map((line) => line!.attributes["stroke-dasharray"] !== undefined)).toEqual([false, true]);
  });

  it("says which values there are when it has none of those asked for", () => {
    expect(() => lossCurves(history, { values: ["loss"] })).toThrow(/'loss'.*'vae\/loss', 'vae\/kl'/);
    expect(() => lossCurves([])).toThrow(ConfigError);
  });
});

describe("latentScatter", () => {
  it("has every dot where its code is, a unit as long across as up", async () => {
    const codes = [
      [0, 0],
      [3, 0],
      [0, 4],
      [-1, 2],
    ];
    const before = tf.memory().numTensors;
    const tensor = tf.tensor2d(codes);
    const svg = await latentScatter(tensor);
    tensor.dispose();
    expect(tf.memory().numTensors).toBe(before);
    const [group] = findAll(parseXml(svg), "g").filter(({ attributes }) => attributes["stroke-opacity"] !== undefined);
    const places = placesOf(group!.children[0]!.attributes.d!);
    expect(places.length).toBe(4);
    const [origin, right, up, other] = places as [[number, number], ...[number, number][]];
    const unit = (right![0] - origin[0]) / 3;
    expect(unit).toBeGreaterThan(20);
    expect((origin[1] - up![1]) / 4).toBeCloseTo(unit, 0);
    expect((other![0] - origin[0]) / -1).toBeCloseTo(unit, 0);
    expect((origin[1] - other![1]) / 2).toBeCloseTo(unit, 0);
    expect(right![1]).toBeCloseTo(origin[1], 6);
  });

  it("stays below 150 kB for ten thousand codes of ten classes, all drawn", async () => {
    const codes = random(3).normal([10_000, 2]);
    const labels = Int32Array.from({ length: 10_000 }, (_, i) => i % 10);
    const svg = await latentScatter(codes, { labels });
    expect(svg.length).toBeLessThan(150_000);
    const dots = findAll(parseXml(svg), "path").filter(({ attributes }) => attributes.d!.includes("h0"));
    const drawn = dots.reduce((sum, { attributes }) => sum + attributes.d!.match(/h0/g)!.length, 0);
    // A few fall on the same tenth of a pixel.
    expect(drawn).toBeGreaterThan(9_900);
    expect(new Set(dots.map(({ attributes }) => attributes.stroke)).size).toBe(10);
    const sampled = await latentScatter(codes, { labels, limit: 500 });
    expect(findAll(parseXml(sampled), "desc")[0]!.text).toContain("500 of 10,000 codes");
  });

  it("names classes in the plot and beside it, escaped, and shades values", async () => {
    const codes = random(4).normal([30, 2]);
    const labels = tf.tensor1d(Array.from({ length: 30 }, (_, i) => i % 2, "int32"));
    const svg = await latentScatter(codes, { labels, classNames: ["<cat>", "dog & co"] });
    for (const name of ["<cat>", "dog & co"]) expect(texts(svg).filter((text) => text === name).length).toBe(2);
    const shaded = await latentScatter(codes, {
      values: Float32Array.from({ length: 30 }, (_, i) => i / 10),
      valueLabel: "t (s)",
    });
    expect(texts(shaded)).toEqual(expect.arrayContaining(["t (s)", "0", "2.9"]));
    expect(findAll(parseXml(shaded), "rect").length).toBe(16);
  });

  it("refuses codes of other sizes, other numbers of labels, NaN and nothing", async () => {
    const codes = tf.zeros([5, 2]);
    await expect(latentScatter(tf.zeros([5, 3]))).rejects.toThrow(ShapeError);
    await expect(latentScatter(codes, { labels: [1, 2] })).rejects.toThrow(/`labels`.*\[5\].*\[2\]/);
    await expect(latentScatter(codes, { labels: [1, 2, 3, 4, 5], values: [1, 2, 3, 4, 5] })).rejects.toThrow(
      ConfigError,
    );
    await expect(latentScatter(tf.zeros([0, 2]))).rejects.toThrow(DataError);
    await expect(latentScatter(tf.fill([2, 2], Number.NaN))).rejects.toThrow(DataError);
    expect(() => parseXml("<a><b></a>")).toThrow();
    parseXml(await latentScatter(codes)); // All on one place.
  });
});

describe("axes, dots and numbers", () => {
  it("have round ticks", () => {
    expect(linearScale(0.3, 9.7, 5).ticks).toEqual([0, 2, 4, 6, 8, 10]);
    expect(linearScale(-0.03, 0.11, 4).ticks).toEqual([-0.05, 0, 0.05, 0.1, 0.15]);
    expect(linearScale(3, 3, 4).ticks.length).toBeGreaterThan(1);
    const log = logScale(1.5, 800);
    expect(log.ticks.map(log.label)).toEqual(["2", "5", "10", "20", "50", "100", "200", "500", "1,000"]);
    expect(logScale(100, 130).ticks.length).toBeGreaterThanOrEqual(1);
    expect([log.plot(0), log.plot(-1), log.plot(10)]).toEqual([undefined, undefined, 1]);
  });

  it("are short and read back", () => {
    const svg = drawDots([{ color: "red", x: [0.04, 10, 10.01, -3], y: [1, 0.5, 0.52, 2.25] }], 4, 0.7);
    expect(svg).toContain('d="M0 1h0m10-.5h0m-13 1.8h0"');
  });

  it("are written for people", () => {
    expect([0, 3000, 0.12345, -105.312, 1e-5, 2.5e9, 99_999.5].map(formatNumber)).toEqual([
      ...["0", "3,000", "0.1235", "−105.3", "10⁻⁵", "2.5·10⁹", "100,000"],
    ]);
    expect(formatNumber(Number.NEGATIVE_INFINITY)).toBe("−∞");
  });
});
