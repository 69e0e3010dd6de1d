import { useBackend } from "@latentkit/backends";
import { glyphs } from "@latentkit/data";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { vae } from "../src/index.js";

/** The history of a short run on a backend. */
async function history(backend: "cpu" | "wasm", seed: number, steps: number) {
  await useBackend(backend);
  const shape = { hiddenUnits: [16], latentDim: 6, seed };
  const model = vae({
    encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
    decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
  });
  const data = glyphs({ count: 640, seed });
  const result = await train(model, data.select(["x"]), {
    ...{ steps, batchSize: 32, seed, logEvery: 1, optimizers: adam({ learningRate: 1e-3 }) },
  });
  model.dispose();
  return result.history;
}

describe("training a VAE", () => {
  it("repeats itself exactly from the same seed, and not from another", async () => {
    const [first, again, other] = [
      await history("wasm", 1, 12),
      await history("wasm", 1, 12),
      await history("wasm", 2, 12),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("has the same losses on cpu and wasm over 100 steps, within 1e-3", async () => {
    const [cpu, wasm] = [await history("cpu", 3, 100), await history("wasm", 3, 100)];
    expect(cpu).toHaveLength(100);
    for (const [i, row] of cpu.entries()) {
      for (const name of ["vae/loss", "vae/reconstruction", "vae/kl"]) {
        expect(Math.abs(wasm[i]![name]! / row[name]! - 1), `${name} at step ${row.step}`).toBeLessThan(1e-3);
      }
    }
    // Equal because both learn, not because both stand still.
    expect(cpu.at(-1)!["vae/loss"]).toBeLessThan(0.7 * cpu[0]!["vae/loss"]!);
    await tf.setBackend("cpu");
  });
});
