import type { RandomSource } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import type { Prior } from "../types.js";

/** Draws noise for the generator: `[count, size]`. */
export function drawNoise(prior: Prior, count: number, size: number, random: RandomSource): tf.Tensor2D {
  return prior === "normal" ? random.normal([count, size]) : random.uniform([count, size], -1, 1);
}
