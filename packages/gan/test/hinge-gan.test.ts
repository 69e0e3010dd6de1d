import { random } from "@latentkit/core";
import { apply } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { hingeGan } from "../src/index.js";
import { dataBatch, misfits, planePair } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describeModel("hingeGan", {
  factory: hingeGan,
  create: () => hingeGan(planePair({ normalization: "spectral" })),
  batch: dataBatch,
  invalid: misfits(hingeGan),
});

describe("hingeGan", () => {
  it("with spectral layers has a discriminator whose slope is at most 1", async () => {
    const { discriminator } = hingeGan(planePair({ normalization: "spectral", activation: "leakyRelu" })).networks;
    const x = random(1).normal([64, 2]);
    // Power iteration settles on the largest singular values.
    for (let i = 0; i < 60; i++) tf.tidy(() => apply(discriminator, x, { training: true }));
    const slope = tf.grad((t: tf.Tensor) => tf.sum(apply(discriminator, t)))(x);
    for (const square of await tf.sum(tf.square(slope), 1).data()) expect(square).toBeLessThan(1.001);
  });
});
