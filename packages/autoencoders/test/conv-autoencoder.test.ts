import { random } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { gaussian } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { autoencoder, type ConvAutoencoderOptions, convAutoencoder } from "../src/index.js";
import { inputShape, smallBatch } from "./networks.js";

tf.enableProdMode();

const create = (options: Partial<ConvAutoencoderOptions> = {}) =>
  convAutoencoder({ inputShape, filters: [2, 3], latentDim: 3, kernelSize: 3, activation: "tanh", ...options });

for (const upsampling of ["transposed", "nearest"] as const) {
  describeModel(`convAutoencoder, ${upsampling}`, {
    factory: autoencoder,
    create: () => create({ upsampling }),
    batch: smallBatch,
    invalid: {
      "a misspelt option": () => create({ filter: [3] } as never),
      "a code as large as the image": () => create({ latentDim: 16 }),
      "no layer": () => create({ filters: [] }),
      "a shape that is no image": () => create({ inputShape: [16] }),
      "an unknown enlargement": () => create({ upsampling: "bilinear" as never }),
      "strides for fewer layers than there are": () => create({ strides: [2] }),
    },
  });
}

describe("convAutoencoder", () => {
  it("mirrors the encoder's channels, kernels, strides and hidden layers", () => {
    const model = create({
      ...{ inputShape: [12, 12, 2], filters: [4, 5], kernelSize: [3, 5], strides: [2, 3], hiddenUnits: [7, 6] },
      loss: gaussian({ deviation: "learned" }),
    });
    const kernels = (network: tf.LayersModel) =>
      network.weights.filter(({ shape }) => shape.length > 1).map(({ shape }) => shape);
    expect(kernels(model.networks.encoder)).toEqual([
      [3, 3, 2, 4],
      [5, 5, 4, 5],
      [20, 7],
      [7, 6],
      [6, 3],
    ]);
    // The kernel of a transposed convolution is [height, width, outputs, inputs].
    expect(kernels(model.networks.decoder)).toEqual([
      [3, 6],
      [6, 7],
      [7, 20],
      [5, 5, 4, 5],
      [3, 3, 4, 4],
    ]);
    model.dispose();
  });

  it("refuses in its own name what only its networks could take", () => {
    for (const wrong of [{ classes: 3 }, { heads: [2] }, { filtres: [2] }]) {
      expect(() => create(wrong as object)).toThrow(`convAutoencoder: unknown option \`${Object.keys(wrong)[0]}\``);
    }
  });

  it.each([
    [[7, 5, 3], "transposed", "strides"],
    [[9, 10, 1], "nearest", "maxPooling"],
    [[3, 3, 1], "transposed", "averagePooling"],
  ] as const)("takes images of %j, which strides do not divide", (shape, upsampling, downsampling) => {
    const model = create({ inputShape: shape, upsampling, downsampling });
    const x = random(1).uniform([2, ...shape]);
    const y = model.reconstruct(x);
    expect(y.shape).toEqual(x.shape);
    tf.dispose([x, y]);
    model.dispose();
  });
});
