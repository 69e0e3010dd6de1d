import { type Classifies, DataError, random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { conditionalGan, type Gan } from "../src/index.js";
import { planePair, points, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

const told = (classes = 4) => mlpGenerator({ latentDim: 3, hiddenUnits: [8], outputShape: [2], classes });
const judge = (extra: object) => mlpDiscriminator({ inputShape: [2], hiddenUnits: [8], ...extra });
const conditional = () => conditionalGan({ generator: told(), discriminator: judge({ classes: 4 }) });

describeModel("conditionalGan", {
  factory: conditionalGan,
  create: conditional,
  batch: () => points(),
  invalid: {
    "a discriminator of other classes": () =>
      conditionalGan({ generator: told(), discriminator: judge({ classes: 5 }) }),
    "a generator without classes": () => conditionalGan({ ...planePair(), discriminator: judge({ classes: 4 }) }),
    "a misspelt option": () =>
      conditionalGan({ generator: told(), discriminator: judge({ classes: 4 }), k: 1 } as never),
  },
});

describe("conditionalGan", () => {
  it("gives each wanted class what the generator makes for it", async () => {
    const model = conditional();
    const some = model.sample({ count: 2, random: random(3), given: { label: [2, 0] } });
    const noise = random(3).normal([2, 3]);
    const expected = model.networks.generator.predict([
      noise,
      tf.tensor2d([
        [0, 0, 1, 0],
        [1, 0, 0, 0],
      ]),
    ]) as tf.Tensor;
    expect(await some.data()).toEqual(await expected.data());
    expect(() => model.sample({ count: 1, given: { label: [4] } })).toThrow(DataError);
  });

  it("shows the discriminator the batch's classes, for data and for samples", async () => {
    const model = conditional();
    const data = points();
    const [first] = model.objectives;
    const loss = (label: tf.Tensor) => readScalar(first!.loss({ x: data.x, label }, stepContext(random(1))).total);
    expect(await loss(tf.reverse(data.label))).not.toBe(await loss(data.label));
  });
});

describe("batches", () => {
  it("without classes are refused before step 1", () => {
    const model = conditional();
    expect(() => model.checkBatch!({ x: tf.ones([2, 2]) } as never)).toThrow(/field `label`/);
    expect(() => model.checkBatch(points())).not.toThrow();
  });
});

describe("types", () => {
  it("give each model what makes sense for it", () => {
    expectTypeOf(conditional).returns.not.toExtend<Classifies>();
    expectTypeOf(conditional).returns.toExtend<Gan>();
  });
});
