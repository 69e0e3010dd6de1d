import { ConfigError, DataError, random, ShapeError } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel, expectSameTensors } from "@latentkit/core/testing";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { evidenceLowerBound } from "@latentkit/metrics";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { conditionalVae, vae } from "../src/index.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const given = { label: { classes: 3 }, slant: { size: 2 } } as const;
const networks = (told = true) => {
  const conditions = { classes: 3, conditionDim: 2 };
  const shape = { hiddenUnits: [6], latentDim: 2, seed: 1 };
  return {
    encoder: mlpGaussianEncoder({ inputShape: [2, 3, 1], ...shape, ...(told && conditions) }),
    decoder: mlpDecoder({ outputShape: [2, 3, 1], ...shape, ...conditions }),
  };
};
const batch = (count = 4) => ({
  x: random(5).stream("x").uniform([count, 2, 3, 1]),
  label: tf.tensor1d(
    Array.from({ length: count }, (_, i) => i % 3),
    "int32",
  ),
  slant: random(5).stream("slant").normal([count, 2]),
});
const refused = (options: object) => () => conditionalVae({ given, ...networks(), ...options } as never);

for (const told of [true, false]) {
  describeModel(`conditionalVae, encoder ${told ? "told" : "not told"}`, {
    factory: conditionalVae,
    create: () => conditionalVae({ given, ...networks(told), beta: 2 }),
    batch,
    invalid: {
      "no conditions": refused({ given: {} }),
      "a condition of neither kind": refused({ given: { label: {} } }),
      "a condition of both kinds": refused({ given: { label: { classes: 3, size: 2 } } }),
      "a condition called x": refused({ given: { x: { size: 2 } } }),
      "other classes than the networks take": refused({ given: { ...given, label: { classes: 4 } } }),
      "fewer conditions than the networks take": refused({ given: { label: { classes: 3 } } }),
      "a misspelt option": refused({ betta: 1 }),
    },
  });
}

describe("conditionalVae", () => {
  it("is the VAE of each class on its own, where the networks keep the classes apart", async () => {
    const { encoder, decoder } = networks();
    const model = conditionalVae({ given, encoder, decoder });
    const { x, slant } = batch(1);
    for (const label of [0, 1, 2]) {
      const one = [tf.oneHot([label], 3).toFloat(), slant] as tf.Tensor[];
      const [mean, logVariance] = encoder.apply([x, ...one]) as tf.Tensor2D[];
      const z = tf.add(mean!, tf.mul(tf.exp(tf.mul(logVariance!, 0.5)), random(3).normal([1, 2])));
      const logits = decoder.apply([z, ...one]) as tf.Tensor;
      const expected = tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)));
      const bound = model.elbo(x, random(3), { label, slant });
      await expectSameTensors(tf.squeeze(bound.reconstruction), expected, 1e-5);
      const loss = model.objectives[0]!.loss(
        { x, label: tf.tensor1d([label], "int32"), slant },
        stepContext(random(3), 0, true),
      );
      await expectSameTensors(loss.total, tf.neg(tf.squeeze(bound.elbo)), 1e-5);
    }
    model.dispose();
  });

  it("takes conditions as one for all, as lists and as tensors", async () => {
    const model = conditionalVae({ given, ...networks() });
    const z = random(1).normal([3, 2]);
    const wide = model.decode(z, { label: 1, slant: [0.5, -1] });
    const rows = { label: [1, 1, 1], slant: [0, 1, 2].map(() => [0.5, -1]) };
    await expectSameTensors(model.decode(z, rows), wide);
    const tensors = { label: tf.tensor1d(rows.label, "int32"), slant: tf.tensor2d(rows.slant) };
    await expectSameTensors(model.decode(z, tensors), wide);
    model.dispose();
  });

  it("draws classes as balanced data has them where none is wanted, and asks for what has no such draw", async () => {
    const only = conditionalVae({
      given: { label: { classes: 3 } },
      encoder: mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [], latentDim: 2, classes: 3 }),
      decoder: mlpDecoder({ outputShape: [4], hiddenUnits: [], latentDim: 2, classes: 3 }),
    });
    expect(only.sample(5).shape).toEqual([5, 4]);
    only.dispose();
    const model = conditionalVae({ given, ...networks() });
    expect(() => model.sample({ count: 2, given: { label: 1 } })).toThrow("`given.slant`");
    model.dispose();
  });

  it("refuses conditions that are missing, unknown, out of range or of another size, by name", () => {
    const model = conditionalVae({ given, ...networks() });
    const { x, slant } = batch(2);
    expect(() => model.encode(x)).toThrow(ConfigError);
    expect(() => model.encode(x, { label: 1, slant, size: 2 })).toThrow("unknown condition `given.size`");
    expect(() => model.encode(x, { label: 3, slant })).toThrow(DataError);
    expect(() => model.encode(x, { label: [0, -1], slant })).toThrow("received -1");
    expect(() => model.encode(x, { label: [0], slant })).toThrow(ShapeError);
    expect(() => model.encode(x, { label: 0, slant: [1, 2, 3] })).toThrow(ShapeError);
    model.dispose();
  });

  it("is measured like any other model", async () => {
    const model = conditionalVae({ given, ...networks() });
    const data = batch(6);
    const dataset = {
      size: 6,
      async *batches() {
        yield Object.fromEntries(Object.entries(data).map(([name, field]) => [name, field.clone()])) as typeof data;
      },
    };
    const { elbo } = await evidenceLowerBound(model, dataset as never);
    expect(elbo.count).toBe(6);
    expect(elbo.mean).toSatisfy(Number.isFinite);
    model.dispose();
  });

  it("is not taken for a VAE by the networks of one", () => {
    const { encoder, decoder } = networks();
    expect(() => vae({ encoder, decoder })).toThrow(ConfigError);
  });
});
