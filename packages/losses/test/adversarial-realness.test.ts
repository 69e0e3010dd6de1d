import { readFile } from "node:fs/promises";
import { ConfigError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { realnessLoss } from "../src/index.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("realnessLoss", () => {
  it("has the values of numpy", async () => {
    const { realness } = JSON.parse(await readFile(new URL("fixtures/priors.json", import.meta.url), "utf8"));
    const loss = realnessLoss({ outcomes: 6, realSkew: 1.5 });
    const [real, fake] = [tf.tensor2d(realness.real), tf.tensor2d(realness.fake)];
    expect((await loss.discriminator(real, fake).data())[0]).toBeCloseTo(realness.discriminator, 5);
    expect((await loss.generator(fake, real).data())[0]).toBeCloseTo(realness.generator, 5);
  });

  it("is least for the discriminator at the anchors, whose mean outcomes are its targets", async () => {
    const loss = realnessLoss({ outcomes: 4 });
    const { real, fake } = loss.targets!;
    expect(real).toBeGreaterThan(0);
    expect(fake).toBeCloseTo(-real, 6);
    const logits = tf.variable(tf.zeros([2, 1, 4]));
    const optimizer = tf.train.adam(0.05);
    for (let i = 0; i < 400; i++) {
      optimizer.minimize(() => {
        const [a, b] = tf.unstack(logits);
        return loss.discriminator(a!, b!);
      });
    }
    const [a, b] = tf.unstack(logits);
    expect((await loss.discriminator(a!, b!).data())[0]).toBeLessThan(1e-3);
    expect((await loss.output(a!).data())[0]).toBeCloseTo(real, 2);
    expect((await loss.output(b!).data())[0]).toBeCloseTo(fake, 2);
  });

  it("refuses one outcome, and misspelt options", () => {
    expect(() => realnessLoss({ outcomes: 1 })).toThrow(ConfigError);
    expect(() => realnessLoss({ outcome: 4 } as never)).toThrow("did you mean `outcomes`?");
  });
});
