import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { styleGan } from "../src/index.js";
import { mixedStyles } from "../src/internal/style-game.js";
import { inStep } from "./in-step.js";
import { useCpu } from "./setup.js";
import { styleTrio } from "./style-networks.js";

beforeAll(useCpu);

const batch = () => ({ x: random(5).uniform([4, 8, 8, 2]) });
const instance = { modulation: "instance" } as const;

describeModel("styleGan", {
  factory: styleGan,
  create: () => styleGan(styleTrio(instance)),
  batch,
  invalid: {
    "a synthesis of other styles": () =>
      styleGan({ ...styleTrio(instance), mapping: styleTrio({ classes: 3 }).mapping }),
    "a misspelt option": () => styleGan({ ...styleTrio(instance), styleMixin: 0.9 } as never),
    "a share above 1": () => styleGan({ ...styleTrio(instance), styleMixing: 2 }),
  },
});

describe("styleGan", () => {
  it("mixes the wanted share of examples, at every place but the first", async () => {
    const [count, places] = [4000, 4];
    const [a, b] = [tf.zeros<tf.Rank.R2>([count, 1]), tf.ones<tf.Rank.R2>([count, 1])];
    const styles = mixedStyles(a, b, places, 0.75, random(3));
    const shares = await Promise.all(styles.map(async (style) => (await tf.mean(style).data())[0]!));
    // Place i is beyond a crossing in 1 … 3 with probability i/3; .02 is three standard errors.
    for (const [i, share] of shares.entries()) expect(Math.abs(share - (0.75 * i) / 3)).toBeLessThan(0.021);
  });

  it("draws styles towards their mean, which training keeps", async () => {
    const model = styleGan({ ...styleTrio(instance), meanDecay: 0.5 });
    const [discriminator] = model.objectives;
    inStep(discriminator!, batch(), stepContext(random(7), 0, true));
    const z = random(7).normal<tf.Rank.R2>([4, 3]);
    const expected = tf.mul(0.5, tf.mean(model.map(z), 0, true));
    const kept = model.state!.meanStyle!;
    expect((await tf.max(tf.abs(tf.sub(kept, expected))).data())[0]).toBeLessThan(1e-6);
    const [alike, whole] = [0, 1].map((truncation) => model.synthesise(model.map(z), { truncation }));
    const spread = async (x: tf.Tensor) => (await tf.max(tf.moments(x, 0).variance).data())[0]!;
    expect(await spread(alike!)).toBeLessThan(1e-12);
    expect(await spread(whole!)).toBeGreaterThan(1e-6);
    expect(await model.sample({ count: 4, random: random(7), temperature: 0 }).data()).toEqual(await alike!.data());
    model.dispose();
  });

  it("weighs the squared slope of the discriminator on data", async () => {
    const trio = styleTrio(instance);
    const picture = trio.discriminator.inputs[0]!;
    const linear = tf.layers.dense({ units: 1, name: "linear" });
    const flat = tf.layers.flatten().apply(picture) as tf.SymbolicTensor;
    const discriminator = tf.model({ inputs: picture, outputs: linear.apply(flat) as tf.SymbolicTensor });
    const model = styleGan({ ...trio, discriminator, r1Weight: 3 });
    const { parts } = inStep(model.objectives[0]!, batch(), stepContext(random(1)));
    const slope = (await tf.sum(tf.square(linear.weights[0]!.read())).data())[0]!;
    expect((await parts!.r1!.data())[0]!).toBeCloseTo((3 / 2) * slope, 4);
    model.dispose();
  });

  it("takes the listed places' styles from the second code", async () => {
    const model = styleGan(styleTrio(instance));
    const [a, b] = [random(1).normal<tf.Rank.R2>([2, 5]), random(2).normal<tf.Rank.R2>([2, 5])];
    const of = (x: tf.Tensor) => x.data();
    expect(model.styleCount).toBe(4);
    expect(await of(model.synthesise(model.mix(a, b, [0, 1, 2, 3])))).toEqual(await of(model.synthesise(b)));
    expect(await of(model.synthesise(model.mix(a, b, [])))).toEqual(await of(model.synthesise(a)));
    expect(await of(model.synthesise(model.mix(a, b, [2])))).toEqual(await of(model.synthesise([a, a, b, a])));
    expect(() => model.mix(a, b, [4])).toThrow(/styleGan: expected `places` to be a list of places from 0 to 3/);
    expect(() => model.synthesise([a, b])).toThrow(/styleGan: expected 4 styles, one for each place, received 2/);
    model.dispose();
  });
});
