import "@tensorflow/tfjs-backend-wasm";
import { ConfigError, random } from "@latentkit/core";
import { apply, applyAll, namedWeights, trainableVariables, withRandom } from "@latentkit/core/authoring";
import { finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type ConvDecoderOptions,
  type ConvEncoderOptions,
  convDecoder,
  convEncoder,
  convGaussianEncoder,
  mlpDecoder,
  mlpEncoder,
  mlpGaussianEncoder,
} from "../src/index.js";
import { reloaded } from "./reloaded.js";

tf.enableProdMode();
beforeEach(async () => {
  await tf.setBackend("cpu");
});

const image = [5, 4, 2];
const small: Readonly<Record<string, (seed?: number) => tf.LayersModel>> = {
  mlpEncoder: (seed) => mlpEncoder({ inputShape: image, hiddenUnits: [6, 5], latentDim: 3, activation: "tanh", seed }),
  mlpGaussianEncoder: (seed) => mlpGaussianEncoder({ inputShape: image, hiddenUnits: [6], latentDim: 3, seed }),
  mlpDecoder: (seed) =>
    mlpDecoder({ latentDim: 3, hiddenUnits: [6], outputShape: image, parametersPerValue: 2, activation: "elu", seed }),
  convEncoder: (seed) =>
    convEncoder({ inputShape: image, filters: [3, 4], hiddenUnits: [5], latentDim: 3, activation: "silu", seed }),
  convGaussianEncoder: (seed) =>
    convGaussianEncoder({
      inputShape: image,
      filters: [3],
      latentDim: 3,
      batchNormalization: true,
      dropout: 0.1,
      seed,
    }),
  convDecoder: (seed) =>
    convDecoder({ latentDim: 3, outputShape: image, filters: [4, 3], activation: "softplus", seed }),
  "convDecoder, nearest": (seed) =>
    convDecoder({ latentDim: 3, outputShape: image, filters: [4, 3], upsampling: "nearest", activation: "gelu", seed }),
};

const weightsOf = (network: tf.LayersModel): Promise<number[][]> =>
  Promise.all([...namedWeights({ network }).values()].map(async (weight) => [...(await weight.data())]));

const inputFor = (network: tf.LayersModel, count: number): tf.Tensor =>
  random(2).normal([count, ...(network.inputs[0]!.shape.slice(1) as number[])]);

describe.each(Object.entries(small))("%s", (_, make) => {
  it("has layers named after the network, and weights named after the layers", () => {
    const network = make();
    for (const layer of network.layers) expect(layer.name.startsWith(`${network.name}/`), layer.name).toBe(true);
    for (const weight of network.weights) expect(weight.originalName.startsWith(`${network.name}/`)).toBe(true);
  });

  it("has the weights of its seed, on cpu and on wasm", async () => {
    const here = await weightsOf(make(7));
    expect(await weightsOf(make(7))).toEqual(here);
    expect(await weightsOf(make(8))).not.toEqual(here);
    expect(await weightsOf(make())).toEqual(await weightsOf(make(0)));
    await tf.setBackend("wasm");
    expect(await weightsOf(make(7))).toEqual(here);
  });

  it("gives no two weights equal numbers", async () => {
    const kernels = (await weightsOf(make())).filter((values) => new Set(values).size > 1);
    expect(new Set(kernels.map((values) => values[0])).size).toBe(kernels.length);
  });

  it("gives bit-identical outputs after saving and loading", async () => {
    const network = make(1);
    const { again } = await reloaded({ again: network });
    const x = inputFor(network, 3);
    for (const [i, output] of applyAll(network, x).entries()) {
      expect(await applyAll(again!, x)[i]!.data()).toEqual(await output.data());
    }
    expect(again!.layers.map((layer) => layer.name)).toEqual(network.layers.map((layer) => layer.name));
  });

  it("gives the same outputs on wasm", async () => {
    const x = await inputFor(make(), 3).array();
    const here = await Promise.all(applyAll(make(), tf.tensor(x)).map((output) => output.data()));
    await tf.setBackend("wasm");
    for (const [i, output] of applyAll(make(), tf.tensor(x)).entries()) {
      for (const [k, value] of (await output.data()).entries()) expect(value).toBeCloseTo(here[i]![k]!, 4);
    }
  });

  it("has gradients that agree with central differences, for its weights and its input", async () => {
    const network = make(3);
    const x = inputFor(network, 2);
    const loss = (input: tf.Tensor): tf.Scalar =>
      tf.addN(applyAll(network, input).map((y, i) => tf.mean(tf.square(tf.add(y, i + 1))))) as tf.Scalar;
    const scale = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs), 0.1);

    const { grads } = tf.variableGrads(() => loss(x), trainableVariables([network]));
    for (const variable of trainableVariables([network])) {
      const start = tf.clone(variable) as tf.Tensor;
      const few = tf.slice(tf.reshape(start, [-1]), 0, Math.min(start.size, 6));
      const rest = tf.slice(tf.reshape(start, [-1]), few.size);
      const measured = await finiteDifferences((values) => {
        variable.assign(tf.reshape(tf.concat([values, rest]), start.shape));
        return loss(x);
      }, few);
      variable.assign(start);
      const found = await grads[variable.name]!.data();
      // Float32 losses near 3 leave 1e-7 · 3 / (2 · 1e-3), and curvature the rest.
      for (const [i, value] of measured.entries()) {
        expect(Math.abs(found[i]! - value), variable.name).toBeLessThan(1e-2 * scale(measured));
      }
    }
    const found = await tf
      .grad((input) => loss(input))(x)
      .data();
    const measured = await finiteDifferences(loss, x);
    for (const [i, value] of measured.entries())
      expect(Math.abs(found[i]! - value)).toBeLessThan(1e-2 * scale(measured));
  });

  it("leaks no tensor", () => {
    const network = make();
    const x = inputFor(network, 2);
    const before = tf.memory().numTensors;
    tf.dispose(applyAll(network, x));
    tf.dispose(withRandom(random(1), () => applyAll(network, x, { training: true })));
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("sizes", () => {
  const cases = [
    [[28, 28, 1], [8, 8], 2, 4],
    [[9, 7, 2], [4, 4], 2, 4],
    [[1, 1, 3], [4, 4, 4], 2, 3],
    [
      [13, 5, 1],
      [4, 4],
      [3, 2],
      [5, 3],
    ],
    [[17, 31, 1], [4, 4, 4], [2, 1, 3], 4],
  ] as const;

  it.each(cases)(
    "%j: a decoder reaches the shape that the mirrored encoder started from",
    (shape, filters, strides, kernelSize) => {
      const encoder = convEncoder({ inputShape: shape, filters, strides, kernelSize, latentDim: 2 });
      const reversed = <T>(value: number | readonly T[]): number | T[] =>
        typeof value === "number" ? value : value.toReversed();
      for (const upsampling of ["transposed", "nearest"] as const) {
        const decoder = convDecoder({
          latentDim: 2,
          outputShape: shape,
          filters: filters.toReversed(),
          strides: reversed<number>(strides),
          kernelSize: reversed<number>(kernelSize),
          upsampling,
        });
        const code = apply(encoder, tf.zeros([1, ...shape]));
        expect(code.shape).toEqual([1, 2]);
        expect(apply(decoder, code).shape).toEqual([1, ...shape]);
        const encoded = encoder.getLayer("encoder/flatten").input as tf.SymbolicTensor;
        const seed = decoder.getLayer("decoder/reshape").output as tf.SymbolicTensor;
        expect(seed.shape.slice(1, 3)).toEqual(encoded.shape.slice(1, 3));
      }
    },
  );

  it.each(["maxPooling", "averagePooling"] as const)("%s reaches the sizes of strides", (downsampling) => {
    const options = { inputShape: [9, 7, 2], filters: [3, 4], latentDim: 2 };
    const sizes = (network: tf.LayersModel): unknown =>
      (network.getLayer("encoder/flatten").input as tf.SymbolicTensor).shape;
    expect(sizes(convEncoder({ ...options, downsampling }))).toEqual(sizes(convEncoder(options)));
  });

  it("an example of one axis is taken as it is, any other is flattened", () => {
    const flat = mlpEncoder({ inputShape: [10], hiddenUnits: [], latentDim: 2 });
    expect(flat.layers.map((layer) => layer.name)).toEqual(["encoder/input", "encoder/code"]);
    const back = mlpDecoder({ latentDim: 2, hiddenUnits: [], outputShape: [10], parametersPerValue: 3 });
    expect(back.outputs[0]!.shape).toEqual([null, 30]);
    const outputs = mlpDecoder({ latentDim: 2, hiddenUnits: [4], outputShape: [2, 3, 5] }).outputs;
    expect(outputs[0]!.shape).toEqual([null, 2, 3, 5]);
  });
});

describe("options", () => {
  it("take the style of hidden layers", () => {
    const network = mlpEncoder({
      inputShape: [4],
      hiddenUnits: [3],
      latentDim: 2,
      batchNormalization: true,
      dropout: 0.5,
      activation: "leakyRelu",
      alpha: 0.01,
      outputActivation: "sigmoid",
      name: "inference",
    });
    expect(network.name).toBe("inference");
    expect(network.layers.map((layer) => layer.name)).toEqual([
      "inference/input",
      "inference/hidden1",
      "inference/hidden1_normalization",
      "inference/hidden1_leakyRelu",
      "inference/hidden1_dropout",
      "inference/code",
      "inference/code_sigmoid",
    ]);
    expect(network.getLayer("inference/hidden1_leakyRelu").getConfig().alpha).toBe(0.01);
    // Normalisation takes the place of the bias: kernel, γ, β and two statistics, then the code's kernel and bias.
    expect(network.weights).toHaveLength(7);
  });

  it("start ReLU layers wider than tanh layers", async () => {
    const deviation = async (activation: "relu" | "tanh"): Promise<number> => {
      const network = mlpEncoder({ inputShape: [100], hiddenUnits: [100], latentDim: 2, activation });
      return (await tf.sqrt(tf.moments(network.getLayer("encoder/hidden1").getWeights()[0]!).variance).data())[0]!;
    };
    // He: √(2/100); Glorot: √(2/200). The standard error of either over 10,000 weights is below 1 %.
    expect(await deviation("relu")).toBeCloseTo(Math.sqrt(2 / 100), 2);
    expect(await deviation("tanh")).toBeCloseTo(Math.sqrt(2 / 200), 2);
  });

  const conv: ConvEncoderOptions = { inputShape: [8, 8, 1], filters: [4, 4], latentDim: 2 };
  const deconv: ConvDecoderOptions = { latentDim: 2, outputShape: [8, 8, 1], filters: [4, 4] };
  const mlp = { inputShape: [4], hiddenUnits: [3], latentDim: 2 };
  it.each<[string, () => unknown]>([
    ["mlpEncoder: expected `latentDim` to be an integer ≥ 1, received 0.", () => mlpEncoder({ ...mlp, latentDim: 0 })],
    [
      "mlpEncoder: expected `inputShape` to be a non-empty array of integers > 0",
      () => mlpEncoder({ ...mlp, inputShape: [] }),
    ],
    [
      "mlpEncoder: expected `hiddenUnits` to be an array of integers > 0, received [3, -1].",
      () => mlpEncoder({ ...mlp, hiddenUnits: [3, -1] }),
    ],
    ["mlpEncoder: unknown option `units`", () => mlpEncoder({ ...mlp, units: 3 } as never)],
    ["mlpEncoder: expected `activation` to be one of", () => mlpEncoder({ ...mlp, activation: "swish" as "silu" })],
    [
      "mlpEncoder: expected `dropout` to be a number ≥ 0 and < 1, received 1.",
      () => mlpEncoder({ ...mlp, dropout: 1 }),
    ],
    ["mlpEncoder: expected `seed` to be an integer ≥ 0, received 0.5.", () => mlpEncoder({ ...mlp, seed: 0.5 })],
    ["mlpEncoder: expected `name` to be letters", () => mlpEncoder({ ...mlp, name: "my encoder" })],
    [
      "mlpGaussianEncoder: unknown option `outputActivation`",
      () => mlpGaussianEncoder({ ...mlp, outputActivation: "tanh" } as never),
    ],
    [
      "mlpDecoder: expected `parametersPerValue` to be an integer ≥ 1",
      () => mlpDecoder({ latentDim: 2, hiddenUnits: [], outputShape: [3], parametersPerValue: 0 }),
    ],
    [
      "convEncoder: expected `inputShape` to be [height, width, channels], received [8, 8].",
      () => convEncoder({ ...conv, inputShape: [8, 8] }),
    ],
    [
      "convEncoder: expected `filters` to be a non-empty array of integers > 0",
      () => convEncoder({ ...conv, filters: [] }),
    ],
    [
      "convEncoder: expected `strides` to be one number, or 2, one for each of `filters`, received [2].",
      () => convEncoder({ ...conv, strides: [2] }),
    ],
    [
      "convEncoder: expected `kernelSize` to be an integer ≥ 1, or a non-empty array of integers > 0, received 0.",
      () => convEncoder({ ...conv, kernelSize: 0 }),
    ],
    [
      "convEncoder: expected `downsampling` to be one of 'strides'",
      () => convEncoder({ ...conv, downsampling: "max" as "maxPooling" }),
    ],
    [
      "convDecoder: expected `outputShape` to be [height, width, channels]",
      () => convDecoder({ ...deconv, outputShape: [8, 8] }),
    ],
    [
      "convDecoder: expected `upsampling` to be one of 'transposed', 'nearest'",
      () => convDecoder({ ...deconv, upsampling: "bilinear" as "nearest" }),
    ],
    [
      "convDecoder: expected `outputActivation` to be one of",
      () => convDecoder({ ...deconv, outputActivation: "softmax" as "tanh" }),
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });
});
