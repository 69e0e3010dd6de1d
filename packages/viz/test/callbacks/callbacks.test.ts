import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, type Json, type Model, type TrainingEvent } from "@latentkit/core";
import { compileEagerly, defineModel } from "@latentkit/core/authoring";
import { decodePng, filmStrip, imageGrid, type Picture, pictures, report } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

let folder: string;
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "viz-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const model: Model = defineModel("none", {}, () => ({ networks: {}, fields: {}, objectives: [] }))({});
const event = (step: number, totalSteps = 100): TrainingEvent => ({
  ...{ model, step, epoch: 0, totalSteps, logs: {}, stepsPerSecond: 1, stop: () => {} },
  compile: compileEagerly,
  history: [{ step, epoch: 0, "vae/loss": 100 / step }],
});
const shade = (step: number): tf.Tensor => tf.fill([3, 4, 4, 1], step / 1000);

describe("pictures", () => {
  it("writes numbered sheets and the newest by its own name", async () => {
    const draw = async ({ step }: TrainingEvent): Promise<Record<string, Picture>> => {
      const images = shade(step);
      const sheet = await imageGrid(images);
      images.dispose();
      return { samples: sheet };
    };
    const before = tf.memory().numTensors;
    const callback = pictures({ folder: join(folder, "sheets"), every: 10, draw });
    expect(callback.every).toBe(10);
    for (const step of [10, 20]) await callback.onStep!(event(step));
    await callback.onEnd!(event(20)); // Already drawn.
    await callback.onEnd!(event(25));
    expect(tf.memory().numTensors).toBe(before);
    expect(readdirSync(join(folder, "sheets"))).toEqual([
      ...["samples-000010.png", "samples-000020.png", "samples-000025.png", "samples.png"],
    ]);
    const read = (name: string): Picture => decodePng(readFileSync(join(folder, "sheets", name)));
    expect(read("samples.png")).toEqual(read("samples-000025.png"));
    expect(read("samples-000010.png").data[2 * read("samples.png").width + 2]).toBe(3);
  });

  it("hands pictures to a function instead", async () => {
    const seen: string[] = [];
    const picture: Picture = { width: 1, height: 1, channels: 1, data: Uint8Array.of(1), clipped: 0 };
    const callback = pictures({ onPicture: (name) => void seen.push(name), draw: () => picture });
    await callback.onStep!(event(500));
    expect(seen).toEqual(["picture-000500"]);
    expect(() => pictures({ draw: () => picture })).toThrow(ConfigError);
    expect(() => pictures({ folder, every: 0, draw: () => picture })).toThrow(/every/);
  });
});

describe("filmStrip", () => {
  const run = async (callback: ReturnType<typeof filmStrip>, steps: readonly number[]): Promise<void> => {
    for (const step of steps) await callback.onStep!(event(step));
  };
  const make = (): ReturnType<typeof filmStrip> =>
    filmStrip({ folder, every: 10, rows: 4, draw: ({ step }) => shade(step) });
  const film = (): Picture => decodePng(readFileSync(join(folder, "film.png")));
  /** Grey levels down the right side, where the images are. */
  const levels = (): number[] => {
    const { width, height, data } = film();
    const column = Array.from({ length: height }, (_, y) => data[y * width + width - 3]!);
    return [...new Set(column)].filter((level) => level !== 236);
  };

  it("grows by a row, and drops every second when there are too many", async () => {
    const before = tf.memory().numTensors;
    const callback = make();
    await run(callback, [10, 20, 30]);
    expect(levels()).toEqual([10, 20, 30].map((step) => Math.round((255 * step) / 1000)));
    await run(callback, [40, 50, 60, 70, 80]);
    expect(levels()).toEqual([20, 40, 60, 80].map((step) => Math.round((255 * step) / 1000)));
    await run(callback, [90, 100, 110, 120]);
    expect(levels()).toEqual([40, 80, 120].map((step) => Math.round((255 * step) / 1000)));
    expect(tf.memory().numTensors).toBe(before);
  });

  it("continues after a resume exactly as without", async () => {
    const whole = make();
    await run(whole, [10, 20, 30, 40, 50, 60, 70, 80]);
    const expected = film();
    const first = make();
    await run(first, [10, 20, 30, 40, 50]);
    const state = JSON.parse(JSON.stringify(first.save!())) as Json;
    await run(first, [60, 70]); // Lost with the process.
    const second = make();
    second.load!(state);
    await run(second, [60, 70, 80]);
    expect(film()).toEqual(expected);
  });

  it("frees its images when they cannot be drawn", async () => {
    const before = tf.memory().numTensors;
    const broken = filmStrip({ folder, every: 1, draw: () => tf.fill([2, 4, 4, 1], Number.NaN) });
    await expect(broken.onStep!(event(1))).rejects.toThrow(/NaN/);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("report", () => {
  const path = (): string => join(folder, "run", "report.html");

  it("writes facts, curves, pictures and metrics at the end", async () => {
    const callback = report({
      ...{ title: "Test", path: path(), facts: { Run: { seed: 7 }, Model: { size: 2 } } },
      figures: async () => [{ title: "Sheet", content: await imageGrid(shade(500)), alt: "grey" }],
      metrics: () => [{ name: "ELBO", value: -100 }],
    });
    expect(callback.onStep).toBeUndefined();
    await callback.onStart!(event(0));
    await callback.onEnd!(event(100));
    const html = readFileSync(path(), "utf8");
    for (const text of [
      "<h1>Test</h1>",
      "seed</dt><dd>7",
      "Backend</dt><dd>cpu",
      "Steps</dt><dd>100",
      "ELBO",
      "Sheet",
    ]) {
      expect(html).toContain(text);
    }
    expect(html).not.toContain('class="notice"');
  });

  it("says that a run is going on, or ended early, or what could not be made", async () => {
    const callback = report({
      ...{ title: "Test", path: path(), every: 20 },
      figures: () => {
        throw new Error("image 0 has NaN");
      },
      metrics: () => Promise.reject(new Error("no data")),
    });
    await callback.onStep!(event(20));
    expect(readFileSync(path(), "utf8")).toContain("Running: step 20 of 100.");
    await callback.onEnd!(event(40));
    const html = readFileSync(path(), "utf8");
    expect(html).toContain("The run ended after step 40 of 100.");
    expect(html).toContain("The pictures could not be made: image 0 has NaN");
    expect(html).toContain("The metrics could not be made: no data");
  });

  it("counts the time before a resume, and needs somewhere to write", async () => {
    const callback = report({
      title: "Test",
      onReport: (html) => void expect(html).toContain("Time</dt><dd>1 h 2 min"),
    });
    callback.load!({ seconds: 3725 });
    await callback.onStart!(event(0));
    await callback.onEnd!(event(100));
    expect((callback.save!() as { seconds: number }).seconds).toBeGreaterThanOrEqual(3725);
    expect(existsSync(path())).toBe(false);
    expect(() => report({ title: "Test" })).toThrow(ConfigError);
  });
});
