import { type Classifies, random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { auxiliaryClassifierGan } from "../src/index.js";
import { points, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

const told = (classes = 4) => mlpGenerator({ latentDim: 3, hiddenUnits: [8], outputShape: [2], classes });
const judge = (extra: object) => mlpDiscriminator({ inputShape: [2], hiddenUnits: [8], ...extra });
const auxiliary = () => auxiliaryClassifierGan({ generator: told(), discriminator: judge({ heads: [4] }) });

describeModel("auxiliaryClassifierGan", {
  factory: auxiliaryClassifierGan,
  create: auxiliary,
  batch: () => points(),
  invalid: {
    "a discriminator without classes": () => auxiliaryClassifierGan({ generator: told(), discriminator: judge({}) }),
    "a negative weight": () =>
      auxiliaryClassifierGan({ generator: told(), discriminator: judge({ heads: [4] }), classWeight: -1 }),
  },
});

describe("auxiliaryClassifierGan", () => {
  it("adds the classes' cross-entropy on data and samples, ln 4 each for a discriminator that knows nothing", async () => {
    const model = auxiliary();
    for (const weight of model.networks.discriminator.weights) {
      (weight.read() as tf.Variable).assign(tf.zerosLike(weight.read()));
    }
    const parts = model.objectives.map((objective) => objective.loss(points(), stepContext(random(1))).parts!);
    expect(await readScalar(parts[0]!.class!)).toBeCloseTo(2 * Math.log(4), 5);
    expect(await readScalar(parts[1]!.class!)).toBeCloseTo(Math.log(4), 5);
    expect(await readScalar(parts[0]!.real!)).toBeCloseTo(0.5, 6);
  });
});

describe("types", () => {
  it("say that its discriminator classifies", () => {
    expectTypeOf(auxiliary).returns.toExtend<Classifies>();
  });
});
