import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { leastSquaresGan } from "../src/index.js";
import { dataBatch, misfits, planePair, points, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

describeModel("leastSquaresGan", {
  factory: leastSquaresGan,
  create: () => leastSquaresGan({ ...planePair(), a: -1, b: 1, c: 0 }),
  batch: dataBatch,
  invalid: { ...misfits(leastSquaresGan), "equal labels": () => leastSquaresGan({ ...planePair(), a: 1, b: 1 }) },
});

describe("leastSquaresGan", () => {
  it("measures squared distances to a, b and c", async () => {
    const networks = planePair();
    for (const weight of networks.discriminator.weights) {
      const variable = weight.read() as tf.Variable;
      variable.assign(tf.zerosLike(variable));
    }
    // A discriminator that says 0 to everything: (0 − b)² + (0 − a)², and (0 − c)² for the generator.
    const model = leastSquaresGan({ ...networks, a: -1, b: 2, c: 0.5 });
    const totals = model.objectives.map((objective) => objective.loss(points(), stepContext(random(1))).total);
    expect(await readScalar(totals[0]!)).toBeCloseTo(5, 6);
    expect(await readScalar(totals[1]!)).toBeCloseTo(0.25, 6);
    expect(model.adversarialLoss.equilibrium).toBe(0.5);
  });
});
