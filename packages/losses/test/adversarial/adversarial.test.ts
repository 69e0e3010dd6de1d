import { ConfigError, DataError, type RandomSource, random, ShapeError } from "@latentkit/core";
import { expectSameTensors, finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  draganPenalty,
  gradientPenalty,
  hingeLoss,
  leastSquaresLoss,
  minimaxLoss,
  nonSaturatingLoss,
  r1Penalty,
  realnessLoss,
  relativisticLoss,
  wassersteinLoss,
} from "../../src/adversarial/index.js";
import fixture from "../fixtures/adversarial.json" with { type: "json" };

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const scalar = async (value: tf.Scalar): Promise<number> => (await value.data())[0]!;
const column = (values: readonly number[]): tf.Tensor2D => tf.tensor2d([...values], [values.length, 1]);

const losses = {
  minimax: minimaxLoss(),
  "non-saturating": nonSaturatingLoss(),
  smoothed: nonSaturatingLoss({ realLabel: 0.9 }),
  "least-squares": leastSquaresLoss(),
  pearson: leastSquaresLoss({ a: -1, b: 1, c: 0 }),
  wasserstein: wassersteinLoss(),
  hinge: hingeLoss(),
  relativistic: relativisticLoss(),
};

describe.each(Object.entries(losses))("%s loss", (name, loss) => {
  const expected = fixture.losses[name as keyof typeof fixture.losses];
  const [real, fake] = [column(fixture.real), column(fixture.fake)];

  it("has PyTorch's values, logits of ±50 included", async () => {
    // Relative 1e-6 is float32's rounding.
    const d = await scalar(loss.discriminator(real, fake));
    const g = await scalar(loss.generator(fake, real));
    expect(Math.abs(d - expected.discriminator)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected.discriminator)));
    expect(Math.abs(g - expected.generator)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected.generator)));
  });

  it("has PyTorch's gradients", async () => {
    const [toReal, toFake] = tf.grads((r: tf.Tensor, f: tf.Tensor) => loss.discriminator(r, f))([real, fake]);
    await expectSameTensors(toReal!, column(expected.discriminatorReal), 2e-5);
    await expectSameTensors(toFake!, column(expected.discriminatorFake), 2e-5);
    const toSample = tf.grad((f: tf.Tensor) => loss.generator(f, real))(fake);
    await expectSameTensors(toSample, column(expected.generatorFake), 2e-5);
  });

  it("leaks no tensor", () => {
    const before = tf.memory().numTensors;
    tf.dispose([loss.discriminator(real, fake), loss.generator(fake, real), loss.output(real)]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("realness loss", () => {
  const { realness } = fixture;
  const loss = realnessLoss({ outcomes: 4 });
  const [real, fake] = [realness.real, realness.fake].map((values) => tf.tensor2d(values, [5, 4])) as [
    tf.Tensor2D,
    tf.Tensor2D,
  ];

  it("has PyTorch's values and gradients", async () => {
    expect(await scalar(loss.discriminator(real, fake))).toBeCloseTo(realness.discriminator, 5);
    expect(await scalar(loss.generator(fake, real))).toBeCloseTo(realness.generator, 5);
    const [toReal, toFake] = tf.grads((r: tf.Tensor, f: tf.Tensor) => loss.discriminator(r, f))([real, fake]);
    await expectSameTensors(toReal!, tf.tensor2d(realness.discriminatorReal, [5, 4]), 2e-5);
    await expectSameTensors(toFake!, tf.tensor2d(realness.discriminatorFake, [5, 4]), 2e-5);
    const toSample = tf.grad((f: tf.Tensor) => loss.generator(f, real))(fake);
    await expectSameTensors(toSample, tf.tensor2d(realness.generatorFake, [5, 4]), 2e-5);
  });

  it("says how wide a verdict is, refuses others, and equal skews", () => {
    expect(loss.verdict).toBe(4);
    expect(() => loss.discriminator(tf.zeros([5, 1]), tf.zeros([5, 1]))).toThrow(ShapeError);
    expect(() => loss.discriminator(tf.zeros([5, 1]), fake)).toThrow(/\[batch, …, 4\].*received \[5, 1\]/);
    expect(() => realnessLoss({ realSkew: -1 })).toThrow(/realnessLoss: expected `realSkew`/);
  });

  it("is finite for anchors so skewed that outcomes have no share", async () => {
    const steep = realnessLoss({ outcomes: 4, realSkew: 1e3, fakeSkew: -1e3 });
    expect(Number.isFinite(await scalar(steep.discriminator(real, fake)))).toBe(true);
  });
});

describe("what losses and penalties refuse", () => {
  const [a, b] = [tf.zeros([4, 1]), tf.zeros([5, 1])];

  it.each(Object.values(losses).map((loss) => [loss.name, loss] as const))("%s: verdicts that are none", (_, loss) => {
    for (const wrong of [[1, 2], undefined]) {
      expect(() => loss.discriminator(wrong as never, a)).toThrow(ConfigError);
      expect(() => loss.generator(wrong as never, a)).toThrow(/Loss: expected `fake` to be a tensor/);
    }
    expect(() => loss.discriminator(tf.zeros([0, 1]), a)).toThrow(DataError);
  });

  it("relativistic: verdicts that have no pair", () => {
    const loss = relativisticLoss();
    expect(() => loss.discriminator(a, b)).toThrow(ShapeError);
    expect(() => loss.generator(a, tf.zeros([4]))).toThrow(
      /relativisticLoss: expected `fake`.*\[4\], received \[4, 1\]/,
    );
    expect(() => loss.generator(a)).toThrow(/relativisticLoss: expected `real`/);
    // Losses that take the mean of each side take batches of different sizes.
    expect(() => hingeLoss().discriminator(a, b)).not.toThrow();
  });

  it("penalties: misspelt options, other critics, streams and shapes, in their own name", () => {
    const critic = (x: tf.Tensor): tf.Tensor => tf.sum(x, 1);
    const call = (f: unknown) => f as (...args: unknown[]) => unknown;
    const source = random(1);
    expect(() => call(gradientPenalty)(critic, a, a, source, { oneSidet: true })).toThrow(
      /gradientPenalty: unknown option/,
    );
    expect(() => call(gradientPenalty)(critic, a, a, source, { target: "1" })).toThrow(
      /gradientPenalty: expected `target`/,
    );
    expect(() => call(gradientPenalty)(critic, a, b, source)).toThrow(ShapeError);
    expect(() => call(gradientPenalty)(critic, a, a)).toThrow(/gradientPenalty: expected `random`/);
    expect(() => call(draganPenalty)(critic, a, source, { scal: 1 })).toThrow(/draganPenalty: unknown option/);
    expect(() => call(draganPenalty)(critic, a, source, { scale: 0 })).toThrow(/draganPenalty: expected `scale`/);
    expect(() => call(r1Penalty)({}, a)).toThrow(/r1Penalty: expected `critic`/);
    expect(() => call(r1Penalty)(critic, tf.zeros([0, 2]))).toThrow(DataError);
  });
});

describe("equilibria", () => {
  it("are where the optimal discriminator of equal distributions settles", async () => {
    for (const loss of Object.values(losses)) {
      if (loss.equilibrium === undefined || loss === losses.smoothed) continue;
      // With equal distributions D's loss is a function of one logit: its minimum must report the equilibrium.
      const best = tf.variable(tf.scalar(0.3));
      const optimizer = tf.train.sgd(0.2);
      for (let i = 0; i < 200; i++) optimizer.minimize(() => loss.discriminator(best, best));
      expect(await scalar(loss.output(best) as tf.Scalar)).toBeCloseTo(loss.equilibrium, 4);
    }
  });
});

describe("penalties", () => {
  const { critic: given } = fixture;
  const W = tf.variable(tf.tensor2d(given.W, [3, 5]), true, "penaltyW");
  const b = tf.tensor1d(given.b);
  const v = tf.variable(tf.tensor2d(given.v, [5, 1]), true, "penaltyV");
  const [x, y] = [tf.tensor2d(given.x, [4, 3]), tf.tensor2d(given.y, [4, 3])];
  const critic = (t: tf.Tensor) =>
    tf.matMul(tf.softplus(tf.add(tf.matMul(t as tf.Tensor2D, W as tf.Tensor2D), b)) as tf.Tensor2D, v as tf.Tensor2D);
  const drawing = (values: readonly number[]): RandomSource => ({
    normal: () => {
      throw new Error("not drawn");
    },
    uniform: <R extends tf.Rank>(shape: readonly number[]) =>
      tf.tensor([...values], [...shape] as tf.ShapeMap[R]) as tf.Tensor<R>,
  });
  const penalties = {
    gradient: () => gradientPenalty(critic, x, y, drawing(given.position)),
    "one-sided": () => gradientPenalty(critic, x, y, drawing(given.position), { oneSided: true }),
    r1: () => r1Penalty(critic, x),
    dragan: () => draganPenalty(critic, x, drawing(given.noise)),
  };

  it.each(Object.entries(penalties))("%s has PyTorch's value and weight gradients", async (name, penalty) => {
    const expected = fixture.penalties[name as keyof typeof fixture.penalties];
    expect(await scalar(penalty())).toBeCloseTo(expected.value, 5);
    const { grads } = tf.variableGrads(penalty, [W, v]);
    await expectSameTensors(grads.penaltyW!, tf.tensor2d(expected.W, [3, 5]), 1e-4);
    await expectSameTensors(grads.penaltyV!, tf.tensor2d(expected.v, [5, 1]), 1e-4);
  });

  it.each(Object.entries(penalties))("%s agrees with finite differences in a weight", async (name, penalty) => {
    const expected = fixture.penalties[name as keyof typeof fixture.penalties];
    const start = W.clone();
    const differences = await finiteDifferences((moved) => {
      W.assign(moved as tf.Tensor2D);
      return penalty();
    }, start);
    W.assign(start);
    // Differences of float32 values at h = 1e-3 carry an error of about 1e-3 times the value.
    for (const [i, value] of expected.W.entries()) expect(Math.abs(differences[i]! - value)).toBeLessThan(6e-3);
  });

  it("have a finite gradient where the critic is flat", async () => {
    const flat = tf.variable(tf.zeros([3, 1]));
    const { grads } = tf.variableGrads(
      () => gradientPenalty((t) => tf.matMul(t as tf.Tensor2D, flat as tf.Tensor2D), x, y, drawing(given.position)),
      [flat],
    );
    expect([...(await Object.values(grads)[0]!.data())].every(Number.isFinite)).toBe(true);
  });
});

describe("options", () => {
  it("are checked", () => {
    expect(() => minimaxLoss({ realLabel: 0 })).toThrow(ConfigError);
    expect(() => nonSaturatingLoss({ realLabel: 1.5 })).toThrow(/realLabel/);
    expect(() => leastSquaresLoss({ a: 1, b: 1 })).toThrow(/another label/);
    expect(() => minimaxLoss({ label: 1 } as object)).toThrow(/unknown option/);
  });
});
