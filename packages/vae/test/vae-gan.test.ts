import { random } from "@latentkit/core";
import { stepContext, trainableVariables } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDiscriminator } from "@latentkit/layers";
import { gaussian } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type VaeGanOptions, vaeGan } from "../src/index.js";
import { familyBatch, familyNetworks, familyShape, otherDecoder } from "./family.js";
import { referenceNetworks } from "./networks.js";
import { fixedNoise, loadReference } from "./reference.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const judge = (options: object = {}) =>
  mlpDiscriminator({ inputShape: familyShape, hiddenUnits: [6, 5], activation: "tanh", seed: 3, ...options });
const create = (options: Partial<VaeGanOptions> & Record<string, unknown> = {}) =>
  vaeGan({ ...familyNetworks(), discriminator: judge(), ...options });

describeModel("vaeGan", {
  factory: vaeGan,
  create,
  batch: familyBatch,
  invalid: {
    "no discriminator": () => vaeGan(familyNetworks() as never),
    "a discriminator of other data": () => create({ discriminator: judge({ inputShape: [3] }) }),
    "a discriminator with two verdicts": () => create({ discriminator: judge({ outputs: 2 }) }),
    "a layer that is not there": () => create({ layer: "nowhere" }),
    "the verdict as the layer": () => create({ layer: "logit" }),
    "a negative weight": () => create({ gamma: -1 }),
    "a misspelt option": () => create({ gama: 4 }),
    "a decoder of another code": () => create({ decoder: otherDecoder() }),
  },
});

/** f(x) = A·x, D's logit = bᵀf(x): everything can be written down. */
const A = [
  [1, -2],
  [0.5, 1],
  [-1, 0],
  [0, 2],
  [2, 0.5],
];
const B = [[0.7], [-0.4]];
function linearJudge(): tf.LayersModel {
  const x = tf.input({ shape: [5] });
  const seen = tf.layers.dense({ units: 2, useBias: false, name: "seen" });
  const logit = tf.layers.dense({ units: 1, useBias: false, name: "logit" });
  const output = logit.apply(seen.apply(x)) as tf.SymbolicTensor;
  seen.setWeights([tf.tensor2d(A)]);
  logit.setWeights([tf.tensor2d(B)]);
  return tf.model({ inputs: x, outputs: output, name: "discriminator" });
}

const product = (rows: readonly (readonly number[])[], matrix: readonly (readonly number[])[]): number[][] =>
  rows.map((row) => matrix[0]!.map((_, j) => row.reduce((sum, value, i) => sum + value * matrix[i]![j]!, 0)));
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const softplus = (value: number): number => Math.log1p(Math.exp(value));

describe("vaeGan", () => {
  it("has the three losses of the paper, written out for a linear discriminator", async () => {
    const reference = await loadReference();
    const { parameters, x, noise } = reference;
    const model = vaeGan({
      ...referenceNetworks(parameters),
      discriminator: linearJudge(),
      layer: "seen",
      likelihood: gaussian(),
      beta: 2,
      gamma: 0.3,
    });
    // The fixed noise is the posterior's ε and the prior's draw z' alike.
    const losses = model.objectives.map(({ loss }) =>
      tf.tidy(() => loss({ x: tf.tensor(x) }, stepContext(fixedNoise(noise), 0, true)).total),
    );
    const [encoder, decoder, discriminator] = await Promise.all(losses.map(async (loss) => (await loss.data())[0]!));
    const { mean, logVariance } = model.posterior(tf.tensor(x));
    const z = tf.add(mean, tf.mul(tf.exp(tf.div(logVariance, 2)), tf.tensor(noise)));
    const rebuilt = (await model.decode(z).array()) as number[][];
    const made = (await model.decode(tf.tensor(noise)).array()) as number[][];

    const [fx, fRebuilt, fMade] = [x, rebuilt, made].map((rows) => product(rows, A)) as [
      number[][],
      number[][],
      number[][],
    ];
    const verdicts = (features: number[][]) => product(features, B).map(([logit]) => logit!);
    const r = average(
      fx.map((row, i) => 0.5 * row.reduce((sum, value, j) => sum + (value - fRebuilt[i]![j]!) ** 2, 0)),
    );
    const fool = (features: number[][]) => average(verdicts(features).map((logit) => softplus(-logit)));
    const catchIt = (features: number[][]) => average(verdicts(features).map(softplus));
    expect(encoder).toBeCloseTo(2 * average(reference.kl) + r, 3);
    expect(decoder).toBeCloseTo(0.3 * r + fool(fRebuilt) + fool(fMade), 4);
    expect(discriminator).toBeCloseTo(fool(fx) + catchIt(fRebuilt) + catchIt(fMade), 4);
    tf.dispose([losses, mean, logVariance, z]);
    model.dispose();
  });

  it("compares in the layer before the verdict unless told another, and moves one network in each objective", () => {
    const model = create();
    const { encoder, decoder, discriminator } = model.networks;
    expect(model.objectives.map(({ name, updates }) => [name, updates])).toEqual([
      ["encoder", [encoder]],
      ["decoder", [decoder]],
      ["discriminator", [discriminator]],
    ]);
    const named = discriminator.layers.at(-2)!.name;
    const same = vaeGan({ encoder, decoder, discriminator, layer: named });
    const of = (one: typeof model) =>
      tf.tidy(() => one.objectives[0]!.loss(familyBatch(), stepContext(random(1))).total.dataSync()[0]);
    expect(of(same)).toBe(of(model));
    expect(trainableVariables([discriminator])).toHaveLength(6);
    same.dispose();
    model.dispose();
  });
});
