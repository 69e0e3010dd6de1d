import { random } from "@latentkit/core";
import { apply, stepContext, trainableVariables } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { wassersteinGan } from "../src/index.js";
import { dataBatch, misfits, planePair } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describeModel("wassersteinGan", {
  factory: wassersteinGan,
  create: () => wassersteinGan(planePair()),
  batch: dataBatch,
  invalid: { ...misfits(wassersteinGan), "a negative clip": () => wassersteinGan({ ...planePair(), clip: -1 }) },
});

describe("wassersteinGan", () => {
  it("cuts the critic's weights to [−c, c] after its update, and only those", async () => {
    const model = wassersteinGan({ ...planePair(), clip: 0.05 });
    const before = await apply(model.networks.generator, tf.ones([1, 3])).data();
    const critic = model.objectives[0]!;
    expect(critic.repeats).toBe(5);
    critic.after!(stepContext(random(1), 0, true));
    for (const variable of trainableVariables([model.networks.discriminator])) {
      for (const value of await variable.data()) expect(Math.abs(value)).toBeLessThanOrEqual(Math.fround(0.05));
    }
    expect(await apply(model.networks.generator, tf.ones([1, 3])).data()).toEqual(before);
  });
});
