import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { styleGan2 } from "../src/index.js";
import { inStep } from "./in-step.js";
import { useCpu } from "./setup.js";
import { styleTrio } from "./style-networks.js";

beforeAll(useCpu);

const batch = () => ({ x: random(5).uniform([4, 8, 8, 2]) });

describeModel("styleGan2", {
  factory: styleGan2,
  create: () => styleGan2(styleTrio()),
  batch,
  invalid: {
    "a turn every half step": () => styleGan2({ ...styleTrio(), r1Every: 0.5 }),
    "a discriminator that is told a class": () =>
      styleGan2({ ...styleTrio(), discriminator: styleTrio({ classes: 3 }).discriminator }),
  },
});

describeModel("styleGan2 that is told a class", {
  factory: styleGan2,
  create: () => styleGan2({ ...styleTrio({ classes: 3 }), given: { label: { classes: 3 } } }),
  batch: () => ({ ...batch(), label: tf.tensor1d([0, 1, 2, 0], "int32") }),
  invalid: {},
});

describe("styleGan2", () => {
  it("measures how long a step of w is in the picture", async () => {
    const trio = styleTrio();
    // A synthesis that is linear in its two styles: J is known.
    const inputs = [1, 2].map(() => tf.input({ shape: [5] }));
    const maps = inputs.map(
      (input) => tf.layers.dense({ units: 128, useBias: false }).apply(input) as tf.SymbolicTensor,
    );
    const flat = tf.layers.add().apply(maps) as tf.SymbolicTensor;
    const output = tf.layers.reshape({ targetShape: [8, 8, 2] }).apply(flat) as tf.SymbolicTensor;
    const synthesis = tf.model({ inputs, outputs: output });
    const model = styleGan2({ ...trio, synthesis, pathDecay: 0.25, pathWeight: 3, pathEvery: 2 });
    const objective = model.objectives.find(({ name }) => name === "generator-path")!;
    expect(objective.every).toBe(2);
    const { total, parts } = inStep(objective, batch(), stepContext(random(4), 0, true));
    const plain = model.objectives
      .find(({ name }) => name === "generator")!
      .loss(batch(), stepContext(random(4), 0, true));

    // Draws of a step: those of the player's loss (two codes, mixing twice), then the term's own, then y.
    const stream = random(4);
    for (const rows of [4, 2]) {
      for (let code = 0; code < 2; code++) stream.normal([rows, 3]);
      for (let place = 0; place < 2; place++) stream.uniform([rows, 1]);
    }
    const y = tf.div(tf.reshape(stream.normal([2, 8, 8, 2]), [2, 128]), 8);
    const lengths = tf.sqrt(
      tf.div(
        tf.addN(synthesis.weights.map((weight) => tf.sum(tf.square(tf.matMul(y, weight.read(), false, true)), 1))),
        2,
      ),
    );
    const mean = tf.mul(0.25, tf.mean(lengths));
    const expected = (await tf.mul(3, tf.mean(tf.square(tf.sub(lengths, mean)))).data())[0]!;
    expect((await parts!.path!.data())[0]! / expected).toBeCloseTo(1, 4);
    expect((await model.state!.pathLength!.data())[0]).toBeCloseTo((await mean.data())[0]!, 5);
    const sum = (await plain.total.data())[0]! + 2 * expected;
    expect((await total.data())[0]! / sum).toBeCloseTo(1, 4);
    model.dispose();
  });

  it("has the derivatives of a path length that central differences give", async () => {
    const model = styleGan2({ ...styleTrio(), pathEvery: 1, pathDecay: 1e-6 });
    const objective = model.objectives.find(({ name }) => name === "generator")!;
    const loss = () => inStep(objective, batch(), stepContext(random(4))).parts!.path!;
    const variable = model.networks.synthesis.trainableWeights.find(({ name }) => name.includes("up8/kernel"))!;
    const kernel = variable.read() as tf.Variable;
    const { grads } = tf.variableGrads(() => loss(), [kernel]);
    const gradient = grads[kernel.name]!;
    const direction = tf.div(gradient, tf.norm(gradient));
    const start = tf.clone(kernel);
    const at = async (h: number) => {
      kernel.assign(tf.add(start, tf.mul(h, direction)) as typeof kernel);
      return (await loss().data())[0]!;
    };
    // Small, because lengths jump where a leaky rectifier changes its side.
    const slope = ((await at(1e-3)) - (await at(-1e-3))) / 2e-3;
    expect(slope / (await tf.norm(gradient).data())[0]!).toBeCloseTo(1, 2);
    model.dispose();
  });
});
