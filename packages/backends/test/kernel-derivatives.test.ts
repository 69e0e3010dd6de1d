import { finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { kernelCases } from "../conformance/kernel-cases.js";
import { inputsOf, weighted } from "../conformance/measure.js";
import { useBackend } from "../src/index.js";

// The cpu backend is what the others are compared with, so it is held against finite differences itself.
describe("first derivatives on cpu", () => {
  beforeAll(() => useBackend("cpu"));

  const cases = kernelCases.filter(({ derivatives, shapes }) => derivatives !== 0 && shapes.length > 0);
  it.each(cases.map((kernel) => [kernel.name, kernel] as const))(
    "%s agrees with finite differences",
    async (_, kernel) => {
      const inputs = inputsOf(kernel);
      const scalar = weighted(kernel);
      const slopes = tf.grads(scalar)(inputs);
      for (const [i, slope] of slopes.entries()) {
        const f = (x: tf.Tensor) => scalar(...inputs.map((input, k) => (k === i ? x : input)));
        const expected = await finiteDifferences(f, inputs[i]!);
        const actual = await slope.data();
        const scale = Math.max(1, ...expected.map(Math.abs));
        const error = Math.max(...expected.map((value, k) => Math.abs(value - actual[k]!))) / scale;
        // Float32 sums of size 10 rounded over 2h = 2e-3 are off by about 1e-3; wrong rules by far more.
        expect(error).toBeLessThan(1e-2);
      }
      tf.dispose([inputs, slopes]);
    },
  );
});
