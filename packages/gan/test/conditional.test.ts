import { type Classifies, DataError, random, stepContext } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import {
  auxiliaryClassifierGan,
  categoricalCode,
  conditionalGan,
  dcganDiscriminator,
  dcganGenerator,
  type Gan,
  infoGan,
  mlpDiscriminator,
  mlpGenerator,
  uniformCode,
} from "../src/index.js";
import { planePair, points, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

const told = (classes = 4) => mlpGenerator({ latentDim: 3, hiddenUnits: [8], outputShape: [2], classes });
const judge = (extra: object) => mlpDiscriminator({ inputShape: [2], hiddenUnits: [8], ...extra });
const conditional = () => conditionalGan({ generator: told(), discriminator: judge({ classes: 4 }) });
const auxiliary = () => auxiliaryClassifierGan({ generator: told(), discriminator: judge({ heads: [4] }) });
const codes = [categoricalCode({ classes: 3 }), uniformCode({ count: 2, deviation: 0.5 })];
const informed = () =>
  infoGan({
    generator: mlpGenerator({ latentDim: 8, hiddenUnits: [8], outputShape: [2] }),
    discriminator: judge({ heads: [5] }),
    codes,
  });

describeModel("conditionalGan", {
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

describeModel("auxiliaryClassifierGan", {
  create: auxiliary,
  batch: () => points(),
  invalid: {
    "a discriminator without classes": () => auxiliaryClassifierGan({ generator: told(), discriminator: judge({}) }),
    "a negative weight": () =>
      auxiliaryClassifierGan({ generator: told(), discriminator: judge({ heads: [4] }), classWeight: -1 }),
  },
});

describeModel("infoGan", {
  create: informed,
  batch: () => ({ x: random(5).normal([6, 2]) }),
  invalid: {
    "no codes": () => infoGan({ ...planePair({ heads: [5] }), codes: [] }),
    "codes wider than the input": () => infoGan({ ...planePair({ heads: [5] }), codes }),
    "a recogniser of another size": () =>
      infoGan({
        generator: mlpGenerator({ latentDim: 8, hiddenUnits: [8], outputShape: [2] }),
        discriminator: judge({ heads: [4] }),
        codes,
      }),
  },
});

describe("conditionalGan", () => {
  it("gives each wanted class what the generator makes for it", async () => {
    const model = conditional();
    const some = model.sampleClasses([2, 0], random(3));
    const noise = random(3).normal([2, 3]);
    const expected = model.networks.generator.predict([
      noise,
      tf.tensor2d([
        [0, 0, 1, 0],
        [1, 0, 0, 0],
      ]),
    ]) as tf.Tensor;
    expect(await some.data()).toEqual(await expected.data());
    expect(() => model.sampleClasses([4], random(3))).toThrow(DataError);
  });

  it("shows the discriminator the batch's classes, for data and for samples", async () => {
    const model = conditional();
    const data = points();
    const [first] = model.objectives;
    const loss = (label: tf.Tensor) => readScalar(first!.loss({ x: data.x, label }, stepContext(random(1))).total);
    expect(await loss(tf.reverse(data.label))).not.toBe(await loss(data.label));
  });
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

describe("DCGAN's builders", () => {
  const generator = dcganGenerator({ latentDim: 4, outputShape: [8, 8, 2], filters: [6, 4], classes: 3 });
  const discriminator = dcganDiscriminator({ inputShape: [8, 8, 2], filters: [4, 6], classes: 3, heads: [3] });

  it("make images in the data's range, of the wanted shape", async () => {
    const images = generator.predict([
      tf.mul(random(1).normal([5, 4]), 50),
      tf.oneHot([0, 1, 2, 0, 1], 3),
    ]) as tf.Tensor;
    expect(images.shape).toEqual([5, 8, 8, 2]);
    expect((await tf.min(images).data())[0]).toBeGreaterThanOrEqual(0);
    expect((await tf.max(images).data())[0]).toBeLessThanOrEqual(1);
    const [logit, classes] = discriminator.predict([images, tf.oneHot([0, 1, 2, 0, 1], 3)]) as tf.Tensor[];
    expect([logit!.shape, classes!.shape]).toEqual([
      [5, 1],
      [5, 3],
    ]);
  });

  it("follow the paper: stride 2 everywhere, no pooling, batch normalisation except at G's output and D's input", () => {
    const kinds = (network: tf.LayersModel) => network.layers.map((layer) => layer.getClassName());
    expect(kinds(generator).filter((kind) => kind === "BatchNormalization")).toHaveLength(2);
    expect(kinds(discriminator).filter((kind) => kind === "BatchNormalization")).toHaveLength(1);
    expect([...kinds(generator), ...kinds(discriminator)].filter((kind) => kind.includes("Pool"))).toEqual([]);
    const names = discriminator.layers.map((layer) => layer.name);
    expect(names.indexOf("discriminator_norm2")).toBe(names.indexOf("discriminator_down2") + 1);
    expect(names).not.toContain("discriminator_norm1");
  });

  it("refuse images that cannot be halved often enough", () => {
    expect(() => dcganGenerator({ outputShape: [10, 8, 1], filters: [8, 4] })).toThrow(/divisible by 4/);
  });
});

describe("types", () => {
  it("give each model what makes sense for it", () => {
    expectTypeOf(auxiliary).returns.toExtend<Classifies>();
    expectTypeOf(conditional).returns.not.toExtend<Classifies>();
    expectTypeOf(conditional).returns.not.toExtend<Gan>();
    expectTypeOf(informed).returns.toExtend<Gan>();
  });
});
