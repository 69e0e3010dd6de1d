import { type Json, linearSchedule, random } from "@latentkit/core";
import { apply, stepContext } from "@latentkit/core/authoring";
import { describeModel, expectSameTensors } from "@latentkit/core/testing";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { bernoulli, categorical, gaussian, type Likelihood } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type VaeOptions, vae } from "../src/index.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const inputShape = [4, 4, 1];
const networks = (parametersPerValue = 1) => ({
  encoder: mlpGaussianEncoder({ inputShape, hiddenUnits: [8], latentDim: 3, seed: 1 }),
  decoder: mlpDecoder({ latentDim: 3, hiddenUnits: [8], outputShape: inputShape, parametersPerValue, seed: 2 }),
});
const batch = () => ({ x: random(5).uniform([4, ...inputShape]) });
/** A call with options that cannot work. */
const refused = (options: Partial<VaeOptions> & Record<string, unknown>) => () => vae({ ...networks(), ...options });

tf.enableProdMode();

describeModel("vae", {
  factory: vae,
  create: () => vae(networks()),
  batch,
  invalid: {
    "a negative beta": refused({ beta: -1 }),
    "a beta that is not a number": refused({ beta: Number.NaN }),
    "negative free bits": refused({ freeBits: -0.1 }),
    "a misspelt option": refused({ betta: 4 }),
    "an encoder with one output": refused({ encoder: networks().decoder }),
    "a decoder of another code": refused({
      decoder: mlpDecoder({ latentDim: 2, hiddenUnits: [8], outputShape: inputShape }),
    }),
    "a decoder with too few outputs for its likelihood": refused({ likelihood: gaussian({ deviation: "learned" }) }),
    "data of the wrong shape": () => vae(networks()).encode(tf.zeros([2, 5, 4, 1])),
    "codes of the wrong shape": () => vae(networks()).decode(tf.zeros([2, 4])),
    "a batch of the wrong shape": () => vae(networks()).checkBatch?.({ x: tf.zeros([2, 5, 4, 1]) }),
    "no samples": () => vae(networks()).sample(0, random(1)),
    "a sample from nowhere": () => vae(networks()).sample({ count: 1, from: "median" as "mean" }),
    "no importance samples": () => vae(networks()).logImportanceWeights(tf.zeros([1, ...inputShape]), 0, random(1)),
  },
});

const likelihoods: Readonly<Record<string, Likelihood>> = {
  "gaussian of fixed deviation": gaussian({ deviation: 0.5 }),
  "gaussian of learned deviation": gaussian({ deviation: "learned" }),
  "categorical of four levels": categorical(4),
};
for (const [name, likelihood] of Object.entries(likelihoods)) {
  describeModel(`vae with a ${name}`, {
    factory: vae,
    create: () => vae({ ...networks(likelihood.parametersPerValue), likelihood }),
    batch,
    invalid: {},
  });
}

describe("vae", () => {
  it("follows the schedule of β: loss = reconstruction + β·kl at every step", async () => {
    const model = vae({ ...networks(), beta: linearSchedule({ from: 0, to: 2, steps: 10 }) });
    const data = batch();
    for (const [step, beta] of [
      [0, 0],
      [5, 1],
      [10, 2],
      [99, 2],
    ] as const) {
      const values = tf.tidy(() => {
        const { total, parts } = model.objectives[0]!.loss(data, stepContext(random(1), step));
        return tf.stack([total, parts!.reconstruction!, parts!.kl!]);
      });
      const [total, reconstruction, kl] = await values.data();
      expect(kl).toBeGreaterThan(0);
      expect(total).toBeCloseTo(reconstruction! + beta * kl!, 4);
      values.dispose();
    }
    tf.dispose(data);
    model.dispose();
  });

  it("reads β as a tensor of the step, so that a recorded step does not freeze it", () => {
    const asked: unknown[] = [];
    const beta = linearSchedule({ from: 0, to: 1, steps: 4 });
    const model = vae({ ...networks(), beta });
    const data = batch();
    tf.tidy(() => {
      const context = stepContext(random(1));
      const schedule = (value: Parameters<typeof context.schedule>[0]) => {
        asked.push(value);
        return context.schedule(value);
      };
      model.objectives[0]!.loss(data, { ...context, schedule });
    });
    expect(asked).toEqual([beta]);
    tf.dispose(data);
    model.dispose();
  });

  it("gives the parts of its loss in nats per example, equal to its bound's with the same noise", async () => {
    const model = vae(networks());
    const data = batch();
    const [loss, bound] = tf.tidy(() => [
      model.objectives[0]!.loss(data, stepContext(random(3))).total,
      tf.neg(tf.mean(model.elbo(data.x, random(3)).elbo)),
    ]);
    await expectSameTensors(loss!, bound!, 1e-5);
    tf.dispose([loss, bound, data]);
    model.dispose();
  });

  it("draws from the decoder's distribution: only zeros and ones, with the mean as their probability", async () => {
    const model = vae(networks());
    const means = model.sample(64, random(1));
    const draws = model.sample({ count: 64, random: random(1), from: "distribution" });
    expect([...(await draws.data())].every((value) => value === 0 || value === 1)).toBe(true);
    const [a, b] = [(await tf.mean(means).data())[0]!, (await tf.mean(draws).data())[0]!];
    // 1,024 draws of variance at most ¼: 4 standard errors are 0.0625.
    expect(Math.abs(a - b)).toBeLessThan(0.0625);
    tf.dispose([means, draws]);
    model.dispose();
  });

  it("gives the same importance weights in chunks as at once, example by example", async () => {
    const model = vae(networks());
    const x = random(5).uniform([2, ...inputShape]);
    const before = tf.memory().numTensors;
    const weights = model.logImportanceWeights(x, 5000, random(1));
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(weights.shape).toEqual([2, 5000]);
    // The mean over 5,000 weights of a nearly exact posterior hardly depends on the noise: chunks belong to their example.
    const again = model.logImportanceWeights(x, 3000, random(2));
    const [first, second] = await Promise.all(
      [weights, again].map(async (each) => tf.logSumExp(tf.sub(each, Math.log(each.shape[1]!)), 1).data()),
    );
    for (const i of [0, 1]) expect(Math.abs(first![i]! - second![i]!)).toBeLessThan(0.1);
    model.dispose();
  });

  it("decodes with its likelihood's mean", async () => {
    const model = vae({ ...networks(2), likelihood: gaussian({ deviation: "learned" }) });
    const z = random(1).normal([3, 3]);
    const [decoded, expected] = tf.tidy(() => [
      model.decode(z),
      gaussian({ deviation: "learned" }).mean(apply(model.networks.decoder, z)),
    ]);
    await expectSameTensors(decoded!, expected!);
    model.dispose();
  });

  it("accepts a likelihood of the user's own", async () => {
    const laplace: Likelihood = {
      ...bernoulli(),
      name: "laplace",
      negativeLogLikelihood: (x, location) => tf.sum(tf.abs(tf.sub(x, location)), [1, 2, 3]),
      mean: (location) => tf.clone(location),
      toJSON: (): Json => ({ name: "laplace" }),
    };
    const model = vae({ ...networks(), likelihood: laplace });
    const data = batch();
    const loss = tf.tidy(() => model.objectives[0]!.loss(data, stepContext(random(1))).total);
    expect(Number.isFinite((await loss.data())[0])).toBe(true);
    tf.dispose([loss, data]);
    model.dispose();
  });
});
