import { ConfigError, type RandomSource } from "@latentkit/core";
import type { SampleRequest } from "@latentkit/core/authoring";
import { standardNormal } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import type { NoisePrior } from "../types.js";

const normal = standardNormal();

/** Draws noise for the generator: `[count, size]`. Call it within `tf.tidy`. */
export function drawNoise(
  prior: NoisePrior,
  count: number,
  size: number,
  random: RandomSource,
  { temperature = 1, truncation }: Partial<Pick<SampleRequest, "temperature" | "truncation">> = {},
): tf.Tensor2D {
  if (prior === "normal") return normal.sample(count, size, random, { temperature, truncation });
  if (truncation !== undefined) {
    throw new ConfigError("sample: expected no `truncation` for uniform noise, which is bounded; use `temperature`.");
  }
  const noise = random.uniform<tf.Rank.R2>([count, size], -1, 1);
  return temperature === 1 ? noise : tf.mul(noise, temperature);
}
