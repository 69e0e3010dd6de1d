import { describeModel } from "@latentkit/core/testing";
import { gaussian } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { autoencoder, type StackedAutoencoderOptions, stackedAutoencoder } from "../src/index.js";
import { inputShape, smallBatch } from "./networks.js";

tf.enableProdMode();

const create = (options: Partial<StackedAutoencoderOptions> = {}) =>
  stackedAutoencoder({ inputShape, hiddenUnits: [8, 5], latentDim: 3, activation: "tanh", ...options });

describeModel("stackedAutoencoder", {
  factory: autoencoder,
  create,
  batch: smallBatch,
  invalid: {
    "a misspelt option": () => create({ hidden: [3] } as never),
    "a code as large as the data": () => create({ latentDim: 16 }),
    "no hidden layer": () => create({ hiddenUnits: [] }),
  },
});

describe("stackedAutoencoder", () => {
  it("mirrors the encoder's widths", () => {
    const model = create({ loss: gaussian({ deviation: "learned" }) });
    const widths = (network: tf.LayersModel) =>
      network.weights.filter((weight) => weight.shape.length === 2).map((weight) => weight.shape[1]);
    expect(widths(model.networks.encoder)).toEqual([8, 5, 3]);
    expect(widths(model.networks.decoder)).toEqual([5, 8, 32]);
    model.dispose();
  });
});
