import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel, expectSameTensors } from "@latentkit/core/testing";
import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
import { bernoulli, gaussian, meanAbsoluteError } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { type Autoencoder, type AutoencoderOptions, autoencoder } from "../src/index.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const inputShape = [4, 4, 1];
const networks = (parametersPerValue = 1) => ({
  encoder: mlpEncoder({ inputShape, hiddenUnits: [8], latentDim: 3, seed: 1 }),
  decoder: mlpDecoder({ latentDim: 3, hiddenUnits: [8], outputShape: inputShape, parametersPerValue, seed: 2 }),
});
const batch = () => ({ x: random(5).uniform([4, ...inputShape]) });
const refused = (options: Partial<AutoencoderOptions> & Record<string, unknown>) => () =>
  autoencoder({ ...networks(), ...options });

tf.enableProdMode();

for (const [name, loss] of Object.entries({
  "": undefined,
  " with mean absolute error": meanAbsoluteError,
  " with a Bernoulli likelihood": bernoulli(),
  " with a Gaussian likelihood of learned deviation": gaussian({ deviation: "learned" }),
})) {
  const parameters = typeof loss === "object" ? loss.parametersPerValue : 1;
  describeModel(`autoencoder${name}`, {
    factory: autoencoder,
    create: () => autoencoder({ ...networks(parameters), loss }),
    batch,
    invalid:
      name !== ""
        ? {}
        : {
            "a misspelt option": refused({ los: meanAbsoluteError }),
            "a decoder of another code": refused({
              decoder: mlpDecoder({ latentDim: 2, hiddenUnits: [8], outputShape: inputShape }),
            }),
            "a decoder of other data": refused({
              decoder: mlpDecoder({ latentDim: 3, hiddenUnits: [8], outputShape: [4, 5, 1] }),
            }),
            "a decoder with too few outputs for its likelihood": refused({ loss: gaussian({ deviation: "learned" }) }),
            "data of the wrong shape": () => autoencoder(networks()).encode(tf.zeros([2, 4, 5, 1])),
            "codes of the wrong shape": () => autoencoder(networks()).decode(tf.zeros([2, 4])),
            "a batch of the wrong shape": () => autoencoder(networks()).checkBatch?.({ x: tf.zeros([2, 4]) }),
          },
  });
}

describe("autoencoder", () => {
  it("minimises the mean squared error of its reconstruction unless told otherwise", async () => {
    const model = autoencoder(networks());
    const data = batch();
    const [loss, expected] = tf.tidy(() => [
      model.objectives[0]!.loss(data, stepContext(random(1))).total,
      tf.losses.meanSquaredError(data.x, model.reconstruct(data.x)) as tf.Scalar,
    ]);
    await expectSameTensors(loss!, expected!, 1e-6);
    tf.dispose([data, loss, expected]);
    model.dispose();
  });

  it("restores data exactly when linear networks keep the subspace that the data lies in", async () => {
    // Data in the plane of the first two axes of four; encoder and decoder are that plane's basis.
    const dense = (units: number, inputs: number) => tf.layers.dense({ units, inputShape: [inputs], useBias: false });
    const encoder = tf.sequential({ layers: [dense(2, 4)] });
    const decoder = tf.sequential({ layers: [dense(4, 2)] });
    const basis = tf.eye(4, 2);
    encoder.setWeights([basis]);
    decoder.setWeights([tf.transpose(basis)]);
    const model = autoencoder({ encoder, decoder });
    const x = tf.tensor2d([
      [1, -2, 0, 0],
      [0.5, 3, 0, 0],
    ]);
    await expectSameTensors(model.reconstruct(x), x);
    await expectSameTensors(
      model.encode(x),
      tf.tensor2d([
        [1, -2],
        [0.5, 3],
      ]),
    );
    const loss = tf.tidy(() => model.objectives[0]!.loss({ x }, stepContext(random(1))).total);
    expect((await loss.data())[0]).toBe(0);
    model.dispose();
  });

  it("minimises a likelihood's negative logarithm and decodes to its mean", async () => {
    const model = autoencoder({ ...networks(), loss: bernoulli() });
    const data = batch();
    const [loss, expected, decoded] = tf.tidy(() => {
      const logits = model.networks.decoder.apply(model.networks.encoder.apply(data.x)) as tf.Tensor;
      return [
        model.objectives[0]!.loss(data, stepContext(random(1))).total,
        tf.mean(bernoulli().negativeLogLikelihood(data.x, logits)),
        tf.sub(model.reconstruct(data.x), tf.sigmoid(logits)),
      ];
    });
    await expectSameTensors(loss!, expected!, 1e-5);
    await expectSameTensors(decoded!, tf.zerosLike(decoded!), 1e-6);
    tf.dispose([data, loss, expected, decoded]);
    model.dispose();
  });

  it("has no sample(): codes have no distribution to draw from", () => {
    expectTypeOf<Autoencoder>().not.toHaveProperty("sample");
    expectTypeOf<Autoencoder>().not.toHaveProperty("elbo");
  });
});
