import { modelFromBytes, modelToBytes } from "@latentkit/core";
import { describeModel, expectSameTensors } from "@latentkit/core/testing";
import { fromTensors } from "@latentkit/data";
import { convEncoder, mlpEncoder } from "@latentkit/layers";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { autoencoder, tiedAutoencoder } from "../src/index.js";
import { inputShape, smallBatch } from "./networks.js";

tf.enableProdMode();

const encoders = {
  dense: () => mlpEncoder({ inputShape, hiddenUnits: [8], latentDim: 3, activation: "tanh", seed: 1 }),
  convolutional: () =>
    convEncoder({ inputShape, filters: [2, 3], latentDim: 3, kernelSize: 3, activation: "tanh", seed: 1 }),
};

for (const [name, encoder] of Object.entries(encoders)) {
  describeModel(`tiedAutoencoder, ${name}`, {
    factory: autoencoder,
    create: () => tiedAutoencoder({ encoder: encoder() }),
    batch: smallBatch,
    invalid: {
      "a misspelt option": () => tiedAutoencoder({ encoder: encoder(), tied: true } as never),
      "an encoder with pooling": () =>
        tiedAutoencoder({
          encoder: convEncoder({ inputShape, filters: [2], latentDim: 3, downsampling: "maxPooling" }),
        }),
    },
  });
}

describe.each(Object.entries(encoders))("tiedAutoencoder, %s", (_, encoder) => {
  it("has half the kernels, and keeps them tied through training, saving and loading", async () => {
    const model = tiedAutoencoder({ encoder: encoder() });
    const kernels = (network: tf.LayersModel) => network.weights.filter((weight) => weight.shape.length > 1);
    expect(kernels(model.networks.decoder)).toEqual([]);
    expect(kernels(model.networks.encoder).length).toBeGreaterThan(1);

    const { x } = smallBatch();
    const data = await fromTensors({ x });
    const before = model.networks.encoder.getWeights().map((weight) => weight.clone());
    await train(model, data, { steps: 3, batchSize: 4, optimizers: adam({ learningRate: 0.1 }) });
    for (const [i, weight] of model.networks.encoder.getWeights().entries()) {
      expect([...(await weight.data())]).not.toEqual([...(await before[i]!.data())]);
    }

    const copy = await modelFromBytes(await modelToBytes(model), autoencoder);
    await expectSameTensors(copy.reconstruct(x), model.reconstruct(x));
    await train(copy, data, { steps: 3, batchSize: 4, optimizers: adam({ learningRate: 0.1 }) });
    await train(model, data, { steps: 3, batchSize: 4, optimizers: adam({ learningRate: 0.1 }) });
    await expectSameTensors(copy.reconstruct(x), model.reconstruct(x));
    model.dispose();
    copy.dispose();
    tf.dispose([x, ...before]);
  });
});
