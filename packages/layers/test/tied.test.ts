import "@tensorflow/tfjs-backend-wasm";
import { CheckpointError, ConfigError, random, ShapeError } from "@latentkit/core";
import {
  allVariables,
  apply,
  encodeNetworks,
  linkLayers,
  namedWeights,
  trainableVariables,
} from "@latentkit/core/authoring";
import { expectSameTensors, finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeEach, describe, expect, it } from "vitest";
import {
  convEncoder,
  mlpEncoder,
  mlpGaussianEncoder,
  saltAndPepperNoise,
  tiedConv2dTranspose,
  tiedDecoder,
  tiedDense,
} from "../src/index.js";
import { reloaded } from "./reloaded.js";

tf.enableProdMode();
beforeEach(async () => {
  await tf.setBackend("cpu");
});

const pairs: Readonly<Record<string, () => { encoder: tf.LayersModel; decoder: tf.LayersModel; shape: number[] }>> = {
  dense: () => {
    const shape = [3, 2];
    const encoder = mlpEncoder({ inputShape: shape, hiddenUnits: [5], latentDim: 2, activation: "tanh", seed: 1 });
    return { encoder, decoder: tiedDecoder({ encoder, outputActivation: "sigmoid" }), shape };
  },
  convolutional: () => {
    const shape = [5, 4, 2];
    const encoder = convEncoder({ inputShape: shape, filters: [3, 4], latentDim: 2, activation: "silu", seed: 1 });
    return { encoder, decoder: tiedDecoder({ encoder }), shape };
  },
};

describe.each(Object.entries(pairs))("tied %s autoencoder", (_, make) => {
  const loss = ({ encoder, decoder }: { encoder: tf.LayersModel; decoder: tf.LayersModel }, x: tf.Tensor): tf.Scalar =>
    tf.mean(tf.square(tf.sub(apply(decoder, apply(encoder, x)), x))) as tf.Scalar;
  const input = (shape: number[]): tf.Tensor => random(4).uniform([2, ...shape]);

  it("returns to the input's shape with biases as its only own weights", () => {
    const { encoder, decoder, shape } = make();
    expect(apply(decoder, apply(encoder, input(shape))).shape).toEqual([2, ...shape]);
    for (const weight of decoder.weights) expect(weight.originalName).toMatch(/\/bias$/);
  });

  it("counts each shared kernel once: half the kernels of an untied pair", () => {
    const { encoder, decoder } = make();
    const kernels = (networks: tf.LayersModel[]): number =>
      allVariables(networks)
        .filter((variable) => variable.rank > 1)
        .reduce((sum, variable) => sum + variable.size, 0);
    expect(kernels([encoder, decoder])).toBe(kernels([encoder]));
    expect(kernels([decoder])).toBe(0);
    expect(trainableVariables([encoder, decoder])).toHaveLength(encoder.weights.length + decoder.weights.length);
  });

  it("has gradients of shared kernels that agree with central differences", async () => {
    const pair = make();
    const x = input(pair.shape);
    const { grads } = tf.variableGrads(() => loss(pair, x), trainableVariables([pair.encoder, pair.decoder]));
    for (const variable of trainableVariables([pair.encoder, pair.decoder])) {
      const start = tf.clone(variable) as tf.Tensor;
      const few = tf.slice(tf.reshape(start, [-1]), 0, Math.min(start.size, 10));
      const rest = tf.slice(tf.reshape(start, [-1]), few.size);
      const measured = await finiteDifferences((values) => {
        variable.assign(tf.reshape(tf.concat([values, rest]), start.shape));
        return loss(pair, x);
      }, few);
      variable.assign(start);
      const found = await grads[variable.name]!.data();
      const scale = Math.max(...Array.from(measured, Math.abs), 0.05);
      // Float32 losses near 1 leave 1e-4 of noise in a difference over 2e-3.
      for (const [i, value] of measured.entries()) {
        expect(Math.abs(found[i]! - value), variable.name).toBeLessThan(1e-2 * scale);
      }
    }
  });

  it("learns through an optimiser, still tied", async () => {
    const pair = make();
    const x = input(pair.shape);
    const optimizer = tf.train.adam(0.02);
    const variables = trainableVariables([pair.encoder, pair.decoder]);
    const read = async (): Promise<number> => (await loss(pair, x).data())[0]!;
    const before = await read();
    for (let i = 0; i < 30; i++) optimizer.minimize(() => loss(pair, x), false, variables);
    expect(await read()).toBeLessThan(0.7 * before);
  });

  it("loads with bit-identical outputs, tied to the loaded encoder", async () => {
    const { encoder, decoder, shape } = make();
    const loaded = (await reloaded({ encoder, decoder })) as { encoder: tf.LayersModel; decoder: tf.LayersModel };
    const code = apply(encoder, input(shape));
    await expectSameTensors(apply(loaded.decoder, code), apply(decoder, code));

    const kernel = trainableVariables([loaded.encoder]).findLast((variable) => variable.rank > 1)!;
    kernel.assign(tf.zerosLike(kernel));
    const changed = await apply(loaded.decoder, code).data();
    expect(changed).not.toEqual(await apply(decoder, code).data());
    expect(changed).toEqual(await apply(loaded.decoder, tf.mul(code, -3)).data());
  });

  it("trains as one network of tf.layers, with its kernels saved once", async () => {
    const { encoder, decoder, shape } = make();
    const whole = tf.model({
      inputs: encoder.inputs,
      outputs: decoder.apply(encoder.outputs[0]!) as tf.SymbolicTensor,
      name: "autoencoder",
    });
    expect(whole.countParams()).toBe(encoder.countParams() + decoder.countParams());
    whole.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
    const x = input(shape);
    const { history } = await whole.fit(x, x, { epochs: 12, verbose: 0 });
    expect(history.loss!.at(-1)).toBeLessThan(history.loss![0] as number);

    const { whole: again } = await reloaded({ whole });
    await expectSameTensors(apply(again!, x), apply(whole, x));
    expect(namedWeights({ whole }).size).toBe(encoder.weights.length + decoder.weights.length);
  });

  it("gives the same on wasm", async () => {
    const here = await apply(make().decoder, tf.tensor2d([[1, -1]])).data();
    await tf.setBackend("wasm");
    const there = await apply(make().decoder, tf.tensor2d([[1, -1]])).data();
    for (const [i, value] of here.entries()) expect(there[i]).toBeCloseTo(value, 4);
  });

  it("leaks no tensor", () => {
    const { encoder, decoder, shape } = make();
    const x = input(shape);
    const before = tf.memory().numTensors;
    tf.tidy(() => void apply(decoder, apply(encoder, x)));
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("tied layers", () => {
  const dense = (): tf.layers.Layer => {
    const layer = tf.layers.dense({ units: 2, name: "source", inputShape: [3] });
    tf.sequential({ layers: [layer] });
    return layer;
  };

  it("tiedDense is the product with the transposed kernel, over any leading axes", async () => {
    const layer = dense();
    const [kernel] = layer.getWeights();
    const x = random(1).normal([4, 5, 2]);
    const y = tiedDense({ layer, useBias: false }).apply(x) as tf.Tensor;
    const expected = tf.reshape(tf.matMul(tf.reshape(x, [20, 2]), tf.transpose(kernel!)), [4, 5, 3]);
    await expectSameTensors(y, expected, 1e-6);
  });

  it.each([
    [9, 7, 4, 2, "same"],
    [8, 8, 3, 2, "valid"],
    [7, 5, 3, 3, "same"],
    [6, 6, 5, 1, "valid"],
  ] as const)(
    "tiedConv2dTranspose is the adjoint of a convolution (%ix%i, kernel %i, stride %i, %s)",
    async (height, width, kernelSize, strides, padding) => {
      const conv = tf.layers.conv2d({
        filters: 3,
        kernelSize,
        strides,
        padding,
        useBias: false,
        inputShape: [height, width, 2],
      });
      const encoder = tf.sequential({ layers: [conv] });
      const tied = tiedConv2dTranspose({ layer: conv, useBias: false });
      const x = random(1).normal([1, height, width, 2]);
      const forward = apply(encoder, x);
      const y = random(2).normal(forward.shape);
      // ⟨Ax, y⟩ = ⟨x, Aᵀy⟩ for every x and y.
      const left = (await tf.sum(tf.mul(forward, y)).data())[0]!;
      const right = (await tf.sum(tf.mul(x, tied.apply(y) as tf.Tensor)).data())[0]!;
      expect(Math.abs(left - right)).toBeLessThan(1e-4);
    },
  );

  it("names what is missing when it is used or loaded alone", async () => {
    const { encoder, decoder } = pairs.dense!();
    await expect(encodeNetworks({ decoder })).rejects.toThrow(CheckpointError);
    await expect(encodeNetworks({ decoder })).rejects.toThrow(
      "expected one layer named 'encoder/code', whose weights 'decoder/code' shares, received 0",
    );
    const copy = mlpEncoder({ inputShape: [3, 2], hiddenUnits: [5], latentDim: 2 });
    await expect(encodeNetworks({ encoder, copy, decoder })).rejects.toThrow("received 2");
    const alone = await tf.models.modelFromJSON({ modelTopology: decoder.toJSON(null, false) } as never);
    expect(() => apply(alone, tf.zeros([1, 2]))).toThrow("call linkLayers([encoder, decoder])");
    linkLayers([encoder, alone]);
    await expectSameTensors(apply(alone, tf.ones([1, 2])), apply(decoder, tf.ones([1, 2])));
  });

  it("refuses to be linked to another shape", () => {
    const tied = tiedDense({ layer: dense(), name: "tied" });
    expect(() => tied.link(tf.layers.flatten({ name: "flat" }))).toThrow(ConfigError);
    expect(() => tied.link(tf.layers.flatten({ name: "flat" }))).toThrow(
      "tied: expected 'flat' to have a kernel of shape [3, 2], received none.",
    );
  });

  it.each<[string, () => unknown]>([
    [
      "tiedDense: expected `layer` to be a dense layer that has been applied",
      () => tiedDense({ layer: tf.layers.dense({ units: 2 }) }),
    ],
    [
      "tiedConv2dTranspose: expected `layer` to be a 2-D convolution that",
      () => tiedConv2dTranspose({ layer: dense() }),
    ],
    ["tiedDense: unknown option `units`", () => tiedDense({ layer: dense(), units: 3 } as never)],
    [
      "tiedConv2dTranspose: expected `layer` to be a 2-D convolution whose images have a known size",
      () => {
        const layer = tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [null, null, 1] });
        tf.sequential({ layers: [layer] });
        return tiedConv2dTranspose({ layer });
      },
    ],
    [
      "tiedConv2dTranspose: expected `layer` to be a 2-D convolution without dilation",
      () => {
        const layer = tf.layers.conv2d({ filters: 2, kernelSize: 3, dilationRate: 2, inputShape: [8, 8, 1] });
        tf.sequential({ layers: [layer] });
        return tiedConv2dTranspose({ layer });
      },
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });

  it("refuses inputs of another shape", () => {
    expect(() => tiedDense({ layer: dense(), name: "tied" }).apply(tf.zeros([1, 4]))).toThrow(ShapeError);
  });
});

describe("tiedDecoder", () => {
  it("mirrors built-in activations, skips noise and the code's own activation", () => {
    const encoder = tf.sequential({
      layers: [
        saltAndPepperNoise({ rate: 0.1, inputShape: [6], name: "noise" }),
        tf.layers.dense({ units: 4, activation: "relu", name: "first" }),
        tf.layers.dropout({ rate: 0.5, name: "dropped" }),
        tf.layers.dense({ units: 2, activation: "sigmoid", name: "second" }),
      ],
    });
    const decoder = tiedDecoder({ encoder, name: "back", outputActivation: "tanh" });
    expect(decoder.layers.map((layer) => layer.name)).toEqual([
      "back/input",
      "back/second",
      "back/first_relu",
      "back/first",
      "back/output_tanh",
    ]);
  });

  it.each<[string, () => unknown]>([
    [
      "received 'encoder/conv1_pooling' (MaxPooling2D)",
      () =>
        tiedDecoder({
          encoder: convEncoder({ inputShape: [8, 8, 1], filters: [2], latentDim: 2, downsampling: "maxPooling" }),
        }),
    ],
    [
      "received 'encoder/hidden1_normalization' (BatchNormalization)",
      () =>
        tiedDecoder({
          encoder: mlpEncoder({ inputShape: [4], hiddenUnits: [3], latentDim: 2, batchNormalization: true }),
        }),
    ],
    [
      "tiedDecoder: expected `outputActivation` to be one of",
      () => tiedDecoder({ encoder: pairs.dense!().encoder, outputActivation: "softmax" as "tanh" }),
    ],
    [
      "expected `encoder` to be a network with dense or convolutional layers",
      () => tiedDecoder({ encoder: tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2] })] }) }),
    ],
  ])("refuses: %s", (message, call) => {
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });

  it("refuses an encoder with two outputs", () => {
    const encoder = mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [3], latentDim: 2 });
    expect(() => tiedDecoder({ encoder })).toThrow(ShapeError);
  });
});
