import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SampleOptions } from "@latentkit/core";
import { type SlipCase, sweepSlips } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as viz from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "latentkit-slips-"));

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Of a prototype of its own, so that the sweep takes it for an argument and not for options. */
const argument = <T extends object>(parts: T): T => Object.assign(Object.create({}), parts);
const picture = () => argument({ width: 1, height: 1, channels: 1 as const, data: Uint8Array.of(9), clipped: 0 });
const images = () => tf.zeros([2, 1, 2, 1]);
const model = argument({
  latentDim: 2,
  encode: (x: tf.Tensor) => tf.reshape(x, [-1, 2]),
  decode: (z: tf.Tensor) => tf.clipByValue(tf.reshape(z, [-1, 1, 2, 1]), 0, 1),
  reconstruct: (x: tf.Tensor) => tf.mul(x, 0.5),
  sample: ({ count }: SampleOptions) => tf.zeros([count, 1, 2, 1]),
});
const history = [{ step: 1, "vae/loss": 2 }];

/** Options of sheets, and the values that are right in their place although another was meant. */
const GRID = { upscale: 1, gap: 0, background: 3, range: [0, 1] };
const NUMBERS = "(upscale|gap|background|rows|columns|count|seed|every|steps|limit|maxPixels|scale)";
const TEXTS = "(title|xLabel|yLabel|valueLabel|name|folder|path|lead|lossUnit)";
const right = (more = "^$"): RegExp =>
  new RegExp(`^[123]: undefined$|options\\..*: undefined$|${NUMBERS}: a number$|${more}`);

const CASES: Readonly<Record<string, SlipCase>> = {
  decodePng: {
    args: () => [viz.encodePng(picture()), { maxPixels: 9 }],
    allowed: /^(1|options.maxPixels): undefined$|a number$/,
  },
  drawOnCanvas: { args: () => [picture(), { getContext: () => null }], ends: /no 2-D context/ },
  encodePng: { args: () => [picture()] },
  environmentFacts: { args: () => [], allowed: /^nothing$/ },
  filmStrip: {
    args: () => [
      { folder: "runs", onPicture: () => {}, every: 2, draw: images, name: "film", rows: 3, upscale: 1, range: [0, 1] },
    ],
    allowed: right(`${TEXTS}: a text$`),
  },
  imageGrid: {
    args: () => [images(), { ...GRID, columns: 2, labels: ["a"], rowLabels: ["a"], columnLabels: ["a"] }],
    allowed: right(),
  },
  interpolationSheet: {
    args: () => [model, images(), images(), { ...GRID, steps: 2, path: "linear" }],
    allowed: right(),
  },
  latentManifold: { args: () => [model, { ...GRID, columns: 2, rows: 2, dimensions: [0, 1] }], allowed: right() },
  latentScatter: {
    args: () => [
      tf.zeros([1, 2]),
      {
        labels: [0],
        classNames: ["a"],
        title: "a",
        xLabel: "a",
        yLabel: "b",
        equalScales: true,
        limit: 1,
        width: 300,
        height: 200,
        theme: "dark",
      },
    ],
    allowed: right(`${TEXTS}: a text$`),
  },
  lineChart: {
    args: () => [
      {
        series: [{ name: "a", x: [1], y: [2] }],
        title: "a",
        xLabel: "a",
        yLabel: "b",
        logX: false,
        logY: true,
        smoothing: 0,
        width: 300,
        height: 200,
        theme: "dark",
      },
    ],
    allowed: right(`${TEXTS}: a text$`),
  },
  lossCurves: {
    args: () => [history, { values: ["vae/"], title: "a", xLabel: "a", logY: true, width: 300, theme: "dark" }],
    allowed: right(`${TEXTS}: a text$`),
  },
  pictures: {
    args: () => [{ folder: "runs", onPicture: () => {}, every: 2, draw: picture }],
    allowed: right(`${TEXTS}: a text$`),
  },
  pngDataUrl: { args: () => [picture()] },
  reconstructionSheet: {
    args: () => [model, images(), { ...GRID, columns: 2, columnLabels: ["a"] }],
    allowed: right(),
  },
  report: {
    args: () => [
      {
        title: "a",
        lead: "b",
        facts: { Run: { seed: 1 } },
        lossUnit: "nats",
        path: "r.html",
        onReport: () => {},
        every: 2,
        figures: () => [],
        metrics: () => [],
      },
    ],
    allowed: right(`${TEXTS}: a text$`),
  },
  reportHtml: {
    args: () => [
      {
        title: "a",
        lead: "b",
        notices: ["c"],
        facts: { Run: { seed: 1 } },
        metrics: [{ name: "d", value: 1 }],
        history,
        lossUnit: "nats",
        figures: [{ title: "e", content: picture(), alt: "f" }],
      },
    ],
    allowed: right(`${TEXTS}: a text$`),
  },
  sampleSheet: { args: () => [model, { ...GRID, count: 3, seed: 1, labels: ["a"] }], allowed: right() },
  // The text is no path to try: it would be written to.
  savePicture: { args: () => [picture(), join(folder, "picture.png")], costly: /^1: a text$/ },
  stackPictures: {
    args: () => [[picture()], { direction: "down", gap: 1, background: 3, labels: ["a"] }],
    allowed: right(),
  },
  svgToPng: {
    args: () => [
      "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>",
      { scale: 1, background: "#fff", fontFiles: ["none.ttf"], systemFonts: false },
    ],
    allowed: right(),
    costly: /^1: undefined$|systemFonts: undefined/,
  },
  traversalSheet: {
    args: () => [model, tf.zeros([1, 2]), { ...GRID, dimensions: [0], values: [0, 1] }],
    allowed: right(),
  },
};

describe("datasets in the place of images", () => {
  const dataset = (field: string) => ({
    size: 2,
    async *batches() {
      yield { [field]: tf.tensor([0, 1, 1, 0], [2, 1, 2, 1]) };
    },
  });

  it("show their first examples, and leave no tensors", async () => {
    const before = tf.memory().numTensors;
    const sheet = await viz.imageGrid(dataset("x"), { columns: 2, upscale: 1, gap: 0 });
    expect([sheet.width, sheet.height, ...sheet.data]).toEqual([4, 1, 0, 255, 255, 0]);
    const both = await viz.reconstructionSheet(model, dataset("x"), { columns: 2, upscale: 1, gap: 0 });
    expect(both.height).toBe(2);
    expect([...both.data.slice(both.width - 4, both.width)]).toEqual([0, 255, 255, 0]);
    expect([...both.data.slice(-4)]).toEqual([0, 128, 128, 0]);
    await expect(viz.imageGrid(dataset("picture"))).rejects.toThrow(/images `x` .* received `picture` \[2, 1, 2, 1\]/);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("slips in the calls of @latentkit/viz", () => {
  it("are swept for every function", () => {
    const functions = Object.entries(viz).filter(([, value]) => typeof value === "function");
    expect(functions.map(([name]) => name).sort()).toEqual(Object.keys(CASES).sort());
  });

  it.each(Object.entries(CASES))("%s refuses them by name, or does what is meant", async (name, slips) => {
    const call = (viz as unknown as Record<string, (...args: never[]) => unknown>)[name]!;
    expect(await sweepSlips(name, call, slips)).toEqual([]);
  });
});
