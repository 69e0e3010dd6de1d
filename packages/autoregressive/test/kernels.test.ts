import { random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type Kernels, kernelsFor, plainKernels } from "../src/internal/sampling/kernels.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

/** Addresses in floats, apart from each other: a page is 16,384. */
const [X, W, BIAS, Y] = [16, 4000, 8000, 8200];

/** What stands in memory after a layer of one place: a bias, a product, a rectifier and a sum with itself. */
async function computed(
  of: (memory: WebAssembly.Memory) => Kernels | Promise<Kernels>,
  lanes: number,
  sizes: number[],
) {
  const [inputs, outputs, stride] = sizes as [number, number, number];
  const memory = new WebAssembly.Memory({ initial: 1 });
  const floats = new Float32Array(memory.buffer);
  floats.set(await random(1).normal([12_000]).data());
  const kernels = await of(memory);
  kernels.start(Y * 4, BIAS * 4, outputs, lanes);
  kernels.product(Y * 4, X * 4, W * 4, inputs, outputs, stride, lanes);
  kernels.relu(Y * 4, Y * 4, (outputs - 1) * lanes);
  kernels.add(Y * 4, Y * 4, X * 4, outputs * lanes);
  return floats;
}

describe("kernels of sampling", () => {
  it.each([
    [8, [1, 1, 1]],
    [8, [5, 3, 3]],
    [16, [7, 12, 20]],
    [64, [3, 2, 9]],
  ])(
    "over typed arrays do what those in WebAssembly do: %i lanes, inputs, outputs and stride %j",
    async (lanes, sizes) => {
      const native = await computed(kernelsFor, lanes, sizes);
      const plain = await computed((memory) => plainKernels(memory.buffer), lanes, sizes);
      let [worst, moved] = [0, 0];
      for (const [at, value] of plain.entries()) {
        worst = Math.max(worst, Math.abs(value - native[at]!) / (1 + Math.abs(value)));
        if (at >= Y && at < Y + sizes[1]! * lanes) moved += Number(value !== 0);
      }
      expect(moved).toBeGreaterThan(0);
      // Fused products round once.
      expect(worst).toBeLessThan(1e-5);
    },
  );

  it("over typed arrays start from zeros where there is no bias", async () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const floats = new Float32Array(memory.buffer).fill(3);
    plainKernels(memory.buffer).start(Y * 4, 0, 2, 8);
    expect(Array.from(floats.slice(Y - 1, Y + 17))).toEqual([3, ...Array<number>(16).fill(0), 3]);
  });
});
