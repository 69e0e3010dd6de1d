import { random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../../src/index.js";
import { arrayCases } from "./array-cases.js";
import type { DerivativeCase } from "./case.js";
import { elementwiseCases } from "./elementwise-cases.js";
import { windowCases } from "./window-cases.js";

type Scalar = (...inputs: tf.Tensor[]) => tf.Scalar;

/** A sum of the output in which every value has another weight. */
function weighted({ name, run }: DerivativeCase): Scalar {
  return (...inputs) => {
    const y = (run as (...all: tf.Tensor[]) => tf.Tensor)(...inputs);
    return tf.sum(tf.mul(y, random(23).stream(name).normal(y.shape))) as tf.Scalar;
  };
}

/** A sum of the first derivatives with other weights; the inputs take part, so that linear operations have a gradient too. */
function bend(kernel: DerivativeCase): Scalar {
  const slopes = tf.grads(weighted(kernel));
  return (...inputs) => {
    const parts = slopes(inputs).map((slope, i) => {
      const weights = random(29).stream(`${kernel.name} ${i}`).normal(slope.shape);
      return tf.add(tf.sum(tf.mul(slope, weights)), tf.sum(tf.square(inputs[i]!)));
    });
    return tf.addN(parts) as tf.Scalar;
  };
}

/** How far the derivative along a random direction is from a central difference, beside the sum of its absolute parts. */
async function errorOf(scalar: Scalar, inputs: tf.Tensor[], kernel: DerivativeCase, step: number): Promise<number> {
  const result = tf.tidy(() => {
    const along = inputs.map((x, i) => random(31).stream(`${kernel.name} ${i}`).normal(x.shape));
    const at = (shift: number): tf.Scalar => scalar(...inputs.map((x, i) => tf.add(x, tf.mul(along[i]!, shift))));
    const parts = tf
      .grads(scalar)(inputs)
      .map((slope, i) => tf.mul(slope, along[i]!));
    const sum = (all: tf.Tensor[]): tf.Tensor => tf.addN(all.map((part) => tf.sum(part)));
    return tf.stack([sum(parts), sum(parts.map((part) => tf.abs(part))), at(step), at(-step)]);
  });
  const [derivative, size, above, below] = (await result.data()) as unknown as [number, number, number, number];
  result.dispose();
  return Math.abs(derivative - (above - below) / (2 * step)) / Math.max(0.01, size);
}

describe.each(["cpu", "wasm"] as const)("derivatives on %s agree with finite differences", (backend) => {
  beforeAll(() => useBackend(backend));

  it.each([...elementwiseCases, ...arrayCases, ...windowCases].map((kernel) => [kernel.name, kernel] as const))(
    "%s",
    async (name, kernel) => {
      const source = random(17).stream(name);
      const inputs = kernel.shapes.map((shape) => (kernel.prepare ?? tf.clone)(source.normal([...shape])));
      const { step = 0.01, tolerance = 0.005 } = kernel;
      expect(await errorOf(weighted(kernel), inputs, kernel, step)).toBeLessThan(tolerance);
      expect(await errorOf(bend(kernel), inputs, kernel, step)).toBeLessThan(2 * tolerance);
      tf.dispose(inputs);
    },
  );
});
