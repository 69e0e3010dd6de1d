import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asArgument, type SlipCase, sweepSlips } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as data from "../src/index.js";
import { gzip, IMAGES, idxBytes, LABELS } from "./idx-files.js";

const folder = mkdtempSync(join(tmpdir(), "latentkit-slips-"));
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  // Real data, where a machine has them, would make right what is a slip elsewhere.
  vi.stubEnv("LATENTKIT_DATA", "");
  tf.enableProdMode();
  await tf.setBackend("cpu");
  writeFileSync(at("images"), IMAGES);
  writeFileSync(at("table.csv"), "a;b\n1;x\n2;y\n");
  writeFileSync(at("labels.gz"), gzip(LABELS));
  writeFileSync(at("1.png"), encode({ width: 2, height: 1, channels: 1, depth: 8, data: Uint8Array.of(1, 2) }));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Options that stay away, and whole numbers where any number will do. */
const NUMBERS = /: (undefined|a number)$/;
/** Ten thousand pictures. */
const DEFAULTS = /^(nothing|0: undefined|options.count: undefined)$/;
const files = { folder, cache: folder, mirrors: ["https://127.0.0.1:1"], timeLimit: 50 };
const rows = () => data.fromArrays({ x: [[1], [3]] });

const TABLE = { columns: ["a"], label: "b", header: true, missing: "skip", delimiter: ";", decimal: "." };

const EMOJI = { size: 8, names: ["red-apple"], categories: ["Food & Drink"], background: "#ffffff" };

const encoder = {
  ...{ codeShape: [1], codeCount: 4 },
  encodeCodes: (x: tf.Tensor) => tf.cast(x, "int32"),
};

const CASES: Readonly<Record<string, SlipCase>> = {
  binarize: {
    args: () => [{ threshold: 0.5, field: "x" }],
    allowed: /(nothing|: undefined|: a text|a number)$|threshold/,
  },
  codeDataset: {
    args: () => [asArgument(encoder), rows(), { batchSize: 2, signal: new AbortController().signal }],
    allowed: /^2: undefined$|^options\.\w+: undefined$|batchSize: a number$/,
  },
  fromArrays: { args: () => [{ x: [[1, 2]], label: [1] }, { finite: true }], allowed: /(1|finite): undefined$/ },
  fromCsv: {
    args: () => [at("table.csv"), { ...TABLE, maxBytes: 1000 }],
    allowed: /(1|options\.\w+): undefined$/,
  },
  fromGenerator: {
    args: () => [() => [], { yields: "examples", size: 3, shapes: { x: [2] }, shuffleBuffer: 2, finite: true }],
    allowed: NUMBERS,
  },
  fromIdx: {
    args: () => [{ images: at("images"), labels: at("labels.gz"), classNames: ["a", "b", "c"], maxBytes: 1000 }],
    allowed: /(classNames|maxBytes): undefined$/,
  },
  fromTensors: {
    args: () => [{ x: tf.zeros([2, 2]) }, { finite: true }],
    allowed: /(1|finite): undefined$|another shape$/,
  },
  gaussians: {
    args: () => [{ count: 3, seed: 1, spectrum: [1, 2], mean: [0, 0] }],
    allowed: /nothing|: undefined$|(count|seed): a number/,
  },
  glyphs: {
    args: () => [{ count: 3, seed: 1, split: "test", digits: [1], variation: { slant: 1 } }],
    allowed: /: undefined$|(count|seed): a number/,
    costly: DEFAULTS,
  },
  grid: {
    args: () => [{ count: 3, seed: 1, side: 2, spacing: 1, deviation: 1 }],
    allowed: /nothing|options.*: (undefined|a number)$|0: undefined/,
  },
  imageFiles: {
    args: () => [[new File([], "a.png")], { resize: [1, 2], fit: "cover", crop: [1, 1], flip: true, maxPixels: 9 }],
    allowed: /^$/,
    ends: /nothing decodes pictures here/,
  },
  imageFolder: {
    args: () => [
      folder,
      {
        ...{ resize: [1, 2], fit: "cover", channels: 1, background: 3, skipUnreadable: false, maxPixels: 9 },
        ...{ crop: [1, 1], flip: true, cache: folder },
      },
    ],
    allowed: /(1|options\.\w+): undefined$|(background|maxPixels): a number/,
    // A folder of that name.
    costly: /cache: a text/,
  },
  mnist: { args: () => [{ split: "test", ...files }], allowed: /^$/, ends: /found neither/ },
  fashionMnist: { args: () => [{ split: "test", ...files }], allowed: /^$/, ends: /found neither/ },
  parseIdx: { args: () => [idxBytes([2], [3, 4]), "file"], allowed: /^1: (undefined|a text)/ },
  parseCsv: { args: () => ["a;b\n1;x\n2;y\n", TABLE], allowed: /(1|options\.\w+): undefined$/ },
  emoji: {
    args: () => [{ set: "fluent", ...EMOJI, cache: folder, signal: new AbortController().signal }],
    allowed: /: undefined$|size: a number|cache: a text/,
    costly: /^(nothing|0: undefined|options.(names|cache): undefined|options.cache: a text)$/,
  },
  emojiPairs: {
    args: () => [{ ...EMOJI, cache: folder, signal: new AbortController().signal }],
    allowed: /: undefined$|size: a number|cache: a text/,
    costly: /^(nothing|0: undefined|options.(names|cache): undefined|options.cache: a text)$/,
  },
  pixelFaces: {
    args: () => [
      {
        ...{ count: 1, seed: 1, size: 16, label: "hat", parts: { hat: ["none"] }, absent: 0.5, background: "#000000" },
        ...{ cache: folder, signal: new AbortController().signal },
      },
    ],
    allowed: /: undefined$|(count|seed): a number|cache: a text/,
    // Ten thousand faces, or files in the folder of all caches.
    costly: /^(nothing|0: undefined|options.(count|cache): undefined|options.cache: a text)$/,
  },
  ring: {
    args: () => [{ count: 3, seed: 1, modes: 2, radius: 1, deviation: 1 }],
    allowed: /nothing|options.*: (undefined|a number)$|0: undefined/,
  },
  shapes: {
    args: () => [{ count: 3, seed: 1, size: 16, kinds: ["heart"], levels: { x: 2 } }],
    allowed: /: undefined$|(count|seed): a number/,
    costly: DEFAULTS,
  },
  sines: {
    args: () => [
      { count: 3, seed: 1, steps: 9, minSteps: 4, features: 2, amplitude: [1, 2], frequency: [0, 1], noise: 1 },
    ],
    allowed: /nothing|: undefined$|(count|seed|steps|minSteps|features|noise): a number/,
  },
  standardize: {
    args: () => [rows(), { field: "x", limit: 2 }],
    allowed: /(1|field|limit): (undefined)$|limit: a number/,
  },
  standardizer: {
    args: () => [{ mean: [1], deviation: [2] }, { field: "x" }],
    allowed: /(1|field): undefined$|field: a text/,
  },
  swissRoll: {
    args: () => [{ count: 3, seed: 1, noise: 1, height: 3 }],
    allowed: /nothing|options.*: (undefined|a number)$|0: undefined/,
  },
};

describe("slips in the calls of @latentkit/data", () => {
  it("are swept for every function", () => {
    const functions = Object.entries(data).filter(([, value]) => typeof value === "function");
    expect(functions.map(([name]) => name).sort()).toEqual(Object.keys(CASES).sort());
  });

  it.each(Object.entries(CASES))("%s refuses them by name, or does what is meant", async (name, slips) => {
    const call = (data as unknown as Record<string, (...args: never[]) => unknown>)[name]!;
    const problems = await sweepSlips(name, call, slips);
    expect(problems).toEqual([]);
  });
});
