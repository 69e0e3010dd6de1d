import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel, finiteDifferences } from "@latentkit/core/testing";
import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { categoricalCode, type Gan, infoGan, uniformCode } from "../src/index.js";
import { planePair, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

const judge = (extra: object) => mlpDiscriminator({ inputShape: [2], hiddenUnits: [8], ...extra });
const codes = [categoricalCode({ classes: 3 }), uniformCode({ count: 2, deviation: 0.5 })];
const informed = () =>
  infoGan({
    generator: mlpGenerator({ latentDim: 8, hiddenUnits: [8], outputShape: [2] }),
    discriminator: judge({ heads: [5] }),
    codes,
  });

describeModel("infoGan", {
  factory: infoGan,
  create: informed,
  batch: () => ({ x: random(5).normal([6, 2]) }),
  invalid: {
    "no codes": () => infoGan({ ...planePair({ heads: [5] }), codes: [] }),
    "codes wider than the input": () => infoGan({ ...planePair({ heads: [5] }), codes }),
    "information on data without a code that has it": () =>
      infoGan({
        generator: mlpGenerator({ latentDim: 8, hiddenUnits: [8], outputShape: [2] }),
        discriminator: judge({ heads: [2] }),
        codes: [uniformCode({ count: 2 })],
        dataInformationWeight: 1,
      }),
    "a negative weight on data": () =>
      infoGan({ ...planePair({ heads: [3] }), codes: [categoricalCode({ classes: 3 })], dataInformationWeight: -1 }),
    "a recogniser of another size": () =>
      infoGan({
        generator: mlpGenerator({ latentDim: 8, hiddenUnits: [8], outputShape: [2] }),
        discriminator: judge({ heads: [4] }),
        codes,
      }),
  },
});

describe("infoGan", () => {
  it("scores codes by −log Q, ln 3 and a Gaussian's for a recogniser that knows nothing", async () => {
    const model = informed();
    for (const weight of model.networks.discriminator.weights) {
      (weight.read() as tf.Variable).assign(tf.zerosLike(weight.read()));
    }
    const batch = { x: random(5).normal([4000, 2]) };
    const parts = model.objectives.map((objective) => objective.loss(batch, stepContext(random(1))).parts!);
    // E[c²] = ⅓ for U(−1, 1): two codes under N(0, ½²).
    const gaussian = 2 * (0.5 * Math.log(2 * Math.PI * 0.25) + 1 / 3 / (2 * 0.25));
    // Standard error of the mean of c² over 8,000 draws is 0.0034, doubled by 1/(2σ²)·2 = 4: within 0.04.
    for (const { codes: value } of parts)
      expect(Math.abs((await readScalar(value!)) - (Math.log(3) + gaussian))).toBeLessThan(0.04);
  });

  it("has gradients for a single code too", () => {
    const model = infoGan({
      generator: mlpGenerator({ latentDim: 5, hiddenUnits: [8], outputShape: [2] }),
      discriminator: judge({ heads: [3] }),
      codes: [categoricalCode({ classes: 3 })],
    });
    const batch = { x: random(5).normal([6, 2]) };
    const weights = model.networks.generator.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { grads } = tf.variableGrads(
      () => model.objectives[1]!.loss(batch, stepContext(random(1))).total as tf.Scalar,
      weights,
    );
    expect(Object.keys(grads)).toHaveLength(weights.length);
  });

  it("completes chosen codes with noise, and recognises codes by their own distributions", async () => {
    const model = informed();
    const chosen = tf.tensor2d([[0, 1, 0, 0.5, -0.5]]);
    const z = (await model.withCodes(chosen, random(1)).array())[0]!;
    expect(z).toHaveLength(8);
    expect(z.slice(3)).toEqual([0, 1, 0, 0.5, -0.5]);
    const [classes, values] = model.recognise(random(2).normal([4, 2]));
    expect([classes!.shape, values!.shape]).toEqual([
      [4, 3],
      [4, 2],
    ]);
    for (const sum of await tf.sum(classes!, 1).data()) expect(sum).toBeCloseTo(1, 5);
  });
});

describe("information on data", () => {
  const information = categoricalCode({ classes: 3 }).information!;

  it("is ln 3 where sure and balanced, 0 where unsure or always the same", async () => {
    const sure = tf.mul(40, tf.eye(3)) as tf.Tensor2D;
    expect(await readScalar(information(sure))).toBeCloseTo(Math.log(3), 5);
    expect(await readScalar(information(tf.ones([4, 3])))).toBeCloseTo(0, 5);
    expect(await readScalar(information(tf.tile(sure.slice([0, 0], [1, 3]), [5, 1])))).toBeCloseTo(0, 5);
  });

  it("is the mean divergence of each example's codes from their mean, and has its gradient", async () => {
    const logits = random(4).normal<tf.Rank.R2>([6, 3]);
    const told = (await tf.softmax(logits).array()) as number[][];
    const marginal = [0, 1, 2].map((k) => told.reduce((sum, row) => sum + row[k]! / 6, 0));
    const divergence = told.map((row) => row.reduce((sum, p, k) => sum + p * Math.log(p / marginal[k]!), 0));
    expect(await readScalar(information(logits))).toBeCloseTo(divergence.reduce((a, b) => a + b) / 6, 5);
    const f = (t: tf.Tensor) => information(t as tf.Tensor2D);
    const [expected, actual] = [await finiteDifferences(f, logits), await tf.grad(f)(logits).data()];
    for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(1e-3);
  });

  it("is a term of the discriminator alone, with a weight that may follow a schedule", async () => {
    const model = infoGan({
      generator: mlpGenerator({ latentDim: 8, hiddenUnits: [8], outputShape: [2] }),
      discriminator: judge({ heads: [5] }),
      codes,
      dataInformationWeight: (step) => step / 10,
    });
    const x = random(5).normal([6, 2]);
    const logits = model.networks.discriminator.predict(x) as tf.Tensor[];
    const expected = await readScalar(information(tf.slice(logits[1]!, [0, 0], [-1, 3]) as tf.Tensor2D));
    const parts = (step: number, objective: number) =>
      model.objectives[objective]!.loss({ x }, stepContext(random(1), step, true)).parts!;
    expect(await readScalar(parts(5, 0).data!)).toBeCloseTo(-0.5 * expected, 5);
    expect(Math.abs(await readScalar(parts(0, 0).data!))).toBe(0);
    expect(Object.keys(parts(5, 1))).not.toContain("data");
  });
});

describe("types", () => {
  it("make it a GAN whose latents decode", () => {
    expectTypeOf(informed).returns.toExtend<Gan>();
  });
});
