import { describeModel } from "@latentkit/core/testing";
import { fromTensors, glyphs } from "@latentkit/data";
import { mlpEncoder, mlpGaussianEncoder } from "@latentkit/layers";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { encoderClassifier } from "../src/index.js";
import { inputShape, smallBatch } from "./networks.js";

tf.enableProdMode();

const encoder = () => mlpEncoder({ inputShape, hiddenUnits: [8], latentDim: 3, activation: "tanh", seed: 1 });
const batch = () => ({ ...smallBatch(), label: tf.tensor1d([0, 1, 2, 1], "int32") });

for (const frozen of [true, false]) {
  describeModel(`encoderClassifier, ${frozen ? "frozen" : "fine-tuned"}`, {
    factory: encoderClassifier,
    create: () => encoderClassifier({ encoder: encoder(), classes: 3, frozen }),
    batch,
    invalid: {
      "a misspelt option": () => encoderClassifier({ encoder: encoder(), classes: 3, freeze: true } as never),
      "one class": () => encoderClassifier({ encoder: encoder(), classes: 1 }),
      "data of the wrong shape": () => encoderClassifier({ encoder: encoder(), classes: 3 }).classify(tf.zeros([2, 3])),
      "a batch without labels": () =>
        encoderClassifier({ encoder: encoder(), classes: 3 }).checkBatch!(smallBatch() as never),
    },
  });
}

describe("encoderClassifier", () => {
  it.each([true, false])("moves the encoder unless it is frozen (%s)", async (frozen) => {
    const model = encoderClassifier({ encoder: encoder(), classes: 3, frozen });
    const values = () => [...model.networks.encoder.getWeights()[0]!.dataSync()];
    const before = values();
    const { x, label } = batch();
    await train(model, await fromTensors({ x, label }), { steps: 2, batchSize: 4 });
    if (frozen) expect(values()).toEqual(before);
    else expect(values()).not.toEqual(before);
    tf.dispose([x, label]);
    model.dispose();
  });

  it("learns to tell glyphs apart, from an encoder with two outputs too", async () => {
    const shape = [28, 28, 1];
    const model = encoderClassifier({
      encoder: mlpGaussianEncoder({ inputShape: shape, hiddenUnits: [32], latentDim: 8, seed: 1 }),
      classes: 10,
    });
    const { history } = await train(model, glyphs({ count: 500, seed: 1 }), {
      ...{ epochs: 6, batchSize: 50, optimizers: adam({ learningRate: 5e-3 }) },
    });
    expect(history.at(-1)!["encoderClassifier/accuracy"]).toBeGreaterThan(0.8);
    model.dispose();
  });
});
