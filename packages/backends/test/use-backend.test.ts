import { ConfigError, UnsupportedError } from "@latentkit/core";
import { expectSameTensors } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { useBackend } from "../src/index.js";

describe("useBackend", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("selects what is asked for and says so", async () => {
    vi.stubEnv("LATENTKIT_BACKEND", "");
    expect(await useBackend("cpu")).toMatchObject({ name: "cpu" });
    expect(tf.getBackend()).toBe("cpu");
    expect(await useBackend("wasm")).toMatchObject({ name: "wasm" });
    expect(tf.getBackend()).toBe("wasm");
  });

  it("obeys LATENTKIT_BACKEND", async () => {
    vi.stubEnv("LATENTKIT_BACKEND", "cpu");
    expect((await useBackend("wasm")).name).toBe("cpu");
  });

  it("prints nothing", async () => {
    vi.stubEnv("LATENTKIT_BACKEND", "");
    const spies = (["log", "warn", "error", "info"] as const).map((name) => vi.spyOn(console, name));
    await useBackend("cpu");
    tf.ones([2]).dispose();
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

  it("refuses unknown names and backends of other platforms with typed errors", async () => {
    vi.stubEnv("LATENTKIT_BACKEND", "");
    await expect(useBackend("cuda" as "cpu")).rejects.toThrow(ConfigError);
    await expect(useBackend("webgl")).rejects.toThrow(UnsupportedError);
  });
});

describe("wasm matMul", () => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])("agrees with cpu, transposeA %s, transposeB %s", async (transposeA, transposeB) => {
    const results: tf.TypedArray[] = [];
    for (const backend of ["cpu", "wasm"] as const) {
      await useBackend(backend);
      const y = tf.tidy(() => {
        const a = tf.sin(tf.range(0, 2 * 3 * 4)).reshape(transposeA ? [2, 4, 3] : [2, 3, 4]);
        const b = tf.cos(tf.range(0, 2 * 4 * 5)).reshape(transposeB ? [2, 5, 4] : [2, 4, 5]);
        return tf.matMul(a, b, transposeA, transposeB);
      });
      expect(y.shape).toEqual([2, 3, 5]);
      results.push(await y.data());
      y.dispose();
    }
    await expectSameTensors(tf.tensor(results[1]!), tf.tensor(results[0]!), 1e-6);
  });
});
