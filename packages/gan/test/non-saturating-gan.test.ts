import { random } from "@latentkit/core";
import { apply, stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nonSaturatingGan, r1Term } from "../src/index.js";
import { dataBatch, misfits, planePair, points, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describeModel("nonSaturatingGan", {
  factory: nonSaturatingGan,
  create: () => nonSaturatingGan({ ...planePair(), realLabel: 0.9, penalty: r1Term() }),
  batch: dataBatch,
  invalid: {
    ...misfits(nonSaturatingGan),
    "a label above one": () => nonSaturatingGan({ ...planePair(), realLabel: 2 }),
  },
});

describe("nonSaturatingGan", () => {
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
