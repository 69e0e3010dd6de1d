import { apply, random, stepContext, trainableVariables } from "@latentkit/core";
import { nonSaturatingLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  gan,
  mlpDiscriminator,
  mlpGenerator,
  nonSaturatingGan,
  r1Term,
  wassersteinGan,
  wassersteinGanGp,
} from "../src/index.js";
import { packed } from "../src/internal/pack.js";
import { planePair, points, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describe("the two objectives", () => {
  it("are the paper's losses of D(x) and D(G(z)), z being the step's first draw", async () => {
    const { generator, discriminator } = planePair();
    const model = nonSaturatingGan({ generator, discriminator });
    const { x } = points();
    const fake = apply(generator, random(9).normal([6, 3]));
    const d = (t: tf.Tensor) => tf.sigmoid(apply(discriminator, t));
    const expected = [
      tf.neg(tf.add(tf.mean(tf.log(d(x))), tf.mean(tf.log(tf.sub(1, d(fake)))))),
      tf.neg(tf.mean(tf.log(d(fake)))),
    ];
    for (const [i, objective] of model.objectives.entries()) {
      const { total, parts } = objective.loss({ x }, stepContext(random(9)));
      expect(await readScalar(total)).toBeCloseTo(await readScalar(expected[i]!), 5);
      expect(await readScalar(parts!.fake!)).toBeCloseTo(await readScalar(tf.mean(d(fake))), 5);
    }
    expect(model.objectives.map(({ name, repeats, updates }) => [name, repeats, updates])).toEqual([
      ["discriminator", 1, [discriminator]],
      ["generator", undefined, [generator]],
    ]);
  });

  it("add the penalty, weighted, to the discriminator's loss", async () => {
    const { x } = points();
    const networks = planePair();
    const value = async (weight: number) =>
      readScalar(
        nonSaturatingGan({ ...networks, penalty: r1Term({ weight }) }).objectives[0]!.loss(
          { x },
          stepContext(random(1)),
        ).total,
      );
    const [none, one, three] = [await value(0), await value(1), await value(3)];
    expect(one).toBeGreaterThan(none);
    expect(three - none).toBeCloseTo(3 * (one - none), 5);
  });
});

describe("packed", () => {
  it("joins neighbours along the last axis", async () => {
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
      [9, 10],
    ]);
    expect(await packed(x, 2).array()).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
  });

  it("joins images channel by channel", async () => {
    const images = random(1).normal<tf.Rank.R4>([4, 3, 2, 2]);
    const joined = packed(images, 2) as tf.Tensor4D;
    expect(joined.shape).toEqual([2, 3, 2, 4]);
    const [second, pair] = [await images.array(), await joined.array()];
    expect(pair[1]![2]![1]).toEqual([...second[2]![2]![1]!, ...second[3]![2]![1]!]);
  });

  it("needs a whole pack", () => {
    expect(() => packed(tf.ones([1, 2]), 2)).toThrow(/at least 2 examples/);
  });
});

describe("wassersteinGan", () => {
  it("cuts the critic's weights to [−c, c] after its update, and only those", async () => {
    const model = wassersteinGan({ ...planePair(), clip: 0.05 });
    const before = await apply(model.networks.generator, tf.ones([1, 3])).data();
    const critic = model.objectives[0]!;
    expect(critic.repeats).toBe(5);
    critic.constrain!();
    for (const variable of trainableVariables([model.networks.discriminator])) {
      for (const value of await variable.data()) expect(Math.abs(value)).toBeLessThanOrEqual(Math.fround(0.05));
    }
    expect(await apply(model.networks.generator, tf.ones([1, 3])).data()).toEqual(before);
  });
});

describe("wassersteinGanGp", () => {
  it("estimates the Wasserstein distance of shifted Gaussians, the shift W, as W·(1 + W/2λ)", async () => {
    const generator = mlpGenerator({ latentDim: 1, hiddenUnits: [], outputShape: [1] });
    // G(z) = z + 2 against data z: W1 is 2.
    generator.setWeights([tf.tensor2d([[1]]), tf.tensor1d([2])]);
    // The best critic is linear; its slope starts on the right side of 0, which the penalty does not let it cross.
    const discriminator = mlpDiscriminator({ inputShape: [1], hiddenUnits: [] });
    discriminator.setWeights([tf.tensor2d([[-0.5]]), tf.tensor1d([0])]);
    const model = wassersteinGanGp({ generator, discriminator });
    const critic = model.objectives[0]!;
    const variables = trainableVariables(critic.updates);
    const optimizer = tf.train.adam(0.05);
    const distance: number[] = [];
    for (let i = 0; i < 200; i++) {
      const source = random(1).at(i);
      const batch = { x: source.stream("data").normal([128, 1]) };
      let value: tf.Scalar | undefined;
      const { grads, value: total } = tf.variableGrads(() => {
        const { total, parts } = critic.loss(batch, stepContext(source, i, true));
        value = tf.keep(tf.clone(parts!.distance!));
        return total;
      }, variables);
      optimizer.applyGradients(grads as never);
      tf.dispose([batch.x, total, grads as never]);
      distance.push(await readScalar(value!));
      value!.dispose();
    }
    const last = distance.slice(-50).reduce((sum, value) => sum + value, 0) / 50;
    // A slope a earns a·W − λ(a − 1)²: the best is a = 1 + W/2λ = 1.1, so the critic reports 2.2. The mean of 50 batches of
    // 128 has a standard error of 0.02.
    expect(Math.abs(last - 2.2)).toBeLessThan(0.1);
    optimizer.dispose();
  });
});

describe("gan", () => {
  it("samples what the generator makes of its prior", async () => {
    const networks = planePair();
    const model = gan({ ...networks, loss: nonSaturatingLoss(), prior: "uniform" });
    const expected = apply(networks.generator, random(4).uniform([5, 3], -1, 1));
    expect(await model.sample(5, random(4)).data()).toEqual(await expected.data());
    expect(model.latentDim).toBe(3);
    expect(() => model.decode(tf.ones([2, 4]))).toThrow(/expected `z`/);
  });

  it("tells D(x) as a probability, one for each pack", async () => {
    const model = gan({ ...planePair({ inputShape: [4] }), loss: nonSaturatingLoss(), pack: 2 });
    const verdicts = await model.discriminate(points().x).data();
    expect(verdicts).toHaveLength(3);
    for (const verdict of verdicts) expect(verdict).toSatisfy((p: number) => p > 0 && p < 1);
  });
});
