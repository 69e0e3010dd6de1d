import type * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";

/** Expects two tensors to have equal shapes and values within `tolerance` (absolute); exactly equal at 0. */
export async function expectSameTensors(actual: tf.Tensor, expected: tf.Tensor, tolerance = 0): Promise<void> {
  expect(actual.shape).toEqual(expected.shape);
  const [a, b] = [await actual.data(), await expected.data()];
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  expect(worst, "largest difference").toBeLessThanOrEqual(tolerance);
}
