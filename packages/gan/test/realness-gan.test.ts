import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { realnessLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { gan, realnessGan } from "../src/index.js";
import { dataBatch, misfits, planePair, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

const pair = () => planePair({ outputs: 10 });

describeModel("realnessGan", {
  factory: realnessGan,
  create: () => realnessGan(pair()),
  batch: dataBatch,
  invalid: {
    ...misfits((options) => realnessGan(options)),
    "a verdict of other width": () => realnessGan({ ...pair(), outcomes: 9 }),
    "one outcome": () => realnessGan({ ...pair(), outcomes: 1 }),
  },
});

describe("realnessGan", () => {
  it("plays for the realness loss of the discriminator's verdicts", async () => {
    const model = realnessGan(pair());
    const { generator, discriminator } = model.networks;
    const { x } = dataBatch();
    const loss = realnessLoss();
    const [d, g] = tf.tidy(() => {
      const fake = generator.apply(random(3).normal([6, 3])) as tf.Tensor;
      const [real, judged] = [discriminator.apply(x), discriminator.apply(fake)] as [tf.Tensor, tf.Tensor];
      return [loss.discriminator(real, judged), loss.generator(judged, real)];
    });
    const [first, second] = model.objectives.map(
      (objective) => objective.loss({ x }, stepContext(random(3), 0, true)).total,
    );
    expect(await readScalar(first!)).toBeCloseTo(await readScalar(d!), 5);
    expect(await readScalar(second!)).toBeCloseTo(await readScalar(g!), 5);
    const verdicts = await model.discriminate(x).data();
    for (const verdict of verdicts) expect(Math.abs(verdict)).toBeLessThan(1);
    model.dispose();
  });

  it("is `gan` with that loss: the width of a verdict belongs to the loss", () => {
    const model = gan({ ...pair(), loss: realnessLoss() });
    expect(model.discriminate(dataBatch().x).shape).toEqual([6]);
    model.dispose();
  });
});
