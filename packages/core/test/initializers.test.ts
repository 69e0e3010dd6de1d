import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs";
import { beforeEach, describe, expect, it } from "vitest";
import {
  ConfigError,
  type InitializerKind,
  OutOfMemoryError,
  SeededInitializer,
  seededInitializer,
} from "../src/index.js";

tf.enableProdMode();
beforeEach(async () => {
  await tf.setBackend("cpu");
});

const KINDS: InitializerKind[] = ["glorotUniform", "glorotNormal", "heUniform", "heNormal", "normal", "orthogonal"];
const values = async (kind: InitializerKind, shape: number[], seed = 1, stream = "w"): Promise<Float32Array> =>
  (await seededInitializer({ kind, seed, stream }).apply(shape).data()) as Float32Array;

describe("seededInitializer", () => {
  // Fans: a dense kernel has its two sizes, a convolution's 3×3 = 9 positions count into both.
  it.each<[InitializerKind, number[], number]>([
    ["glorotUniform", [100, 300], 2 / 400],
    ["glorotNormal", [100, 300], 2 / 400],
    ["heUniform", [100, 300], 2 / 100],
    ["heNormal", [100, 300], 2 / 100],
    ["glorotNormal", [3, 3, 40, 60], 2 / (9 * 100)],
    ["heNormal", [3, 3, 40, 60], 2 / (9 * 40)],
    // A vector's length is both of its fans, as in Keras.
    ["glorotUniform", [4000], 2 / 8000],
    ["glorotNormal", [4000], 2 / 8000],
    ["heNormal", [4000], 2 / 4000],
    ["normal", [100, 300], 0.02 ** 2],
  ])("%s of %j is centred with the variance of its fans", async (kind, shape, variance) => {
    const found = await values(kind, shape);
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    const second = found.reduce((sum, value) => sum + value * value, 0) / found.length;
    // Four standard errors; a square's own deviation is at most √2 times the variance.
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / found.length));
    expect(Math.abs(second / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / found.length));
    if (kind.endsWith("Uniform")) {
      const limit = Math.sqrt(3 * variance);
      expect(Math.max(...found)).toBeLessThanOrEqual(limit);
      expect(Math.min(...found)).toBeGreaterThanOrEqual(-limit);
      expect(Math.max(...found)).toBeGreaterThan(0.99 * limit);
    }
  });

  it.each([
    [8, 8],
    [5, 20],
    [20, 5],
    [3, 3, 4, 6],
  ])("orthogonal kernels of %j, %j, … have orthonormal rows or columns", async (...shape) => {
    const kernel = tf.reshape(seededInitializer({ kind: "orthogonal", seed: 1, stream: "u" }).apply(shape), [
      -1,
      shape.at(-1)!,
    ]);
    const [rows, columns] = kernel.shape as [number, number];
    const product = rows < columns ? tf.matMul(kernel, kernel, false, true) : tf.matMul(kernel, kernel, true, false);
    const difference = await tf.max(tf.abs(tf.sub(product, tf.eye(Math.min(rows, columns))))).data();
    expect(difference[0]).toBeLessThan(1e-6);
  });

  it("scales orthogonal kernels by their gain and normal ones by their deviation", async () => {
    const norm = async (scale?: number): Promise<number> =>
      (await tf.norm(seededInitializer({ kind: "orthogonal", seed: 1, stream: "u", scale }).apply([4, 4])).data())[0]!;
    expect(await norm()).toBeCloseTo(2, 5);
    expect(await norm(3)).toBeCloseTo(6, 4);
  });

  it.each(KINDS)("%s depends on the seed and the stream alone, and is the same on wasm", async (kind) => {
    const here = await values(kind, [6, 5]);
    expect(await values(kind, [6, 5])).toEqual(here);
    expect(await values(kind, [6, 5], 2)).not.toEqual(here);
    expect(await values(kind, [6, 5], 1, "v")).not.toEqual(here);
    await tf.setBackend("wasm");
    expect(await values(kind, [6, 5])).toEqual(here);
  });

  it.each(KINDS)("%s serves a bias and a scalar", async (kind) => {
    expect((await values(kind, [4])).every(Number.isFinite)).toBe(true);
    expect((await values(kind, [])).every(Number.isFinite)).toBe(true);
  });

  it.each(KINDS)("%s comes back from a saved network", async (kind) => {
    const initializer = seededInitializer({ kind, seed: 3, stream: "w", scale: 0.5 });
    const layer = tf.layers.dense({ units: 2, kernelInitializer: initializer, inputShape: [3] });
    const network = tf.sequential({ layers: [layer] });
    const again = await tf.models.modelFromJSON({ modelTopology: network.toJSON(null, false) } as never);
    const config = (again.layers.at(-1)!.getConfig() as { kernelInitializer: { className: string; config: object } })
      .kernelInitializer;
    expect(config.className).toBe(SeededInitializer.className);
    expect(config.config).toEqual({ kind, seed: 3, stream: "w", scale: 0.5 });
    const [before, after] = [network, again].map((net) => net.layers.at(-1)!.getWeights()[0]!);
    expect(await after!.data()).toEqual(await before!.data());
  });

  it("refuses a weight that nothing has room for before it takes memory", () => {
    const wide = () => seededInitializer({ seed: 1, stream: "wide" }).apply([4, 1e9]);
    expect(wide).toThrow(OutOfMemoryError);
    expect(wide).toThrow(/no room for wide of \[4, 1000000000\].*take fewer units/);
  });

  it.each<[string, () => unknown]>([
    [
      "`kind` to be one of 'glorotUniform'",
      () => seededInitializer({ kind: "he" as "heNormal", seed: 1, stream: "w" }),
    ],
    ["`scale` to be a number > 0", () => seededInitializer({ kind: "normal", seed: 1, stream: "w", scale: 0 })],
    ["`seed` to be an integer ≥ 0", () => seededInitializer({ seed: -1, stream: "w" })],
  ])("refuses: expected %s", (message, call) => {
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });
});
