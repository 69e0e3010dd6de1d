import { ConfigError, random } from "@latentkit/core";
import { applyAll, trainableVariables } from "@latentkit/core/authoring";
import { expectSameTensors } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import * as lk from "../src/index.js";
import { reloaded } from "./reloaded.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const image = [6, 8, 2];
type Options = { classes?: number; conditionDim?: number; heads?: number[]; outputs?: number };

interface Builder {
  readonly make: (options: Options) => tf.LayersModel;
  /** The first input, and the widths or shapes of the main outputs. */
  readonly input: string;
  readonly shapes: readonly (readonly number[])[];
  readonly heads: boolean;
}

const dense = { hiddenUnits: [5], latentDim: 3 };
const conv = { filters: [3, 4], latentDim: 3 };
const encoders = { input: "encoder/input", heads: true };
const decoders = { input: "decoder/input", shapes: [image], heads: false };
const generators = { input: "generator/noise", shapes: [image], heads: false };
const discriminators = { input: "discriminator/example", shapes: [[1]], heads: true };
const builders: Readonly<Record<string, Builder>> = {
  mlpEncoder: { ...encoders, shapes: [[3]], make: (o) => lk.mlpEncoder({ inputShape: image, ...dense, ...o }) },
  mlpGaussianEncoder: {
    ...{ ...encoders, shapes: [[3], [3]] },
    make: (o) => lk.mlpGaussianEncoder({ inputShape: image, ...dense, ...o }),
  },
  convEncoder: { ...encoders, shapes: [[3]], make: (o) => lk.convEncoder({ inputShape: image, ...conv, ...o }) },
  convGaussianEncoder: {
    ...{ ...encoders, shapes: [[3], [3]] },
    make: (o) => lk.convGaussianEncoder({ inputShape: image, ...conv, ...o }),
  },
  mlpDecoder: { ...decoders, make: (o) => lk.mlpDecoder({ outputShape: image, ...dense, ...o }) },
  convDecoder: { ...decoders, make: (o) => lk.convDecoder({ outputShape: image, ...conv, ...o }) },
  mlpGenerator: { ...generators, make: (o) => lk.mlpGenerator({ outputShape: image, ...dense, ...o }) },
  dcganGenerator: {
    ...generators,
    make: (o) => lk.dcganGenerator({ outputShape: image, filters: [4], latentDim: 3, ...o }),
  },
  mlpDiscriminator: {
    ...discriminators,
    make: (o) => lk.mlpDiscriminator({ inputShape: image, hiddenUnits: [5], ...o }),
  },
  dcganDiscriminator: {
    ...discriminators,
    make: (o) => lk.dcganDiscriminator({ inputShape: image, filters: [3, 4], ...o }),
  },
  "dcganDiscriminator, spectral": {
    ...discriminators,
    make: (o) => lk.dcganDiscriminator({ inputShape: image, filters: [3, 4], normalization: "spectral", ...o }),
  },
};

const inputsOf = (network: tf.LayersModel): tf.Tensor[] =>
  network.inputs.map(({ shape }, i) => random(i).uniform([2, ...(shape.slice(1) as number[])]));

describe.each(Object.entries(builders))("%s", (_, { make, input, shapes, heads }) => {
  const [name] = input.split("/") as [string];
  const told: readonly [Options, readonly string[]][] = [
    [{}, []],
    [{ classes: 3 }, [`${name}/class`]],
    [{ conditionDim: 4 }, [`${name}/condition`]],
    [{ conditionDim: 4, classes: 3 }, [`${name}/class`, `${name}/condition`]],
  ];

  it.each(told)("takes its conditions after its data: %j", async (options, names) => {
    const network = make(options);
    expect(network.inputNames).toEqual([input, ...names]);
    const sizes = [options.classes, options.conditionDim].filter((size) => size !== undefined);
    expect(network.inputs.slice(1).map(({ shape }) => shape)).toEqual(sizes.map((size) => [null, size]));

    const inputs = inputsOf(network);
    const outputs = applyAll(network, inputs);
    expect(outputs.map(({ shape }) => shape)).toEqual(shapes.map((shape) => [2, ...shape]));
    // Each input is heeded.
    for (const i of inputs.keys()) {
      const others = inputs.map((each, k) => (k === i ? tf.sub(1, each) : each));
      const changed = await tf.max(tf.abs(tf.sub(applyAll(network, others)[0]!, outputs[0]!))).data();
      expect(changed[0], network.inputNames[i]!).toBeGreaterThan(1e-6);
    }
    const { copy } = await reloaded({ copy: network });
    expect(copy!.inputNames).toEqual(network.inputNames);
    for (const [i, output] of applyAll(copy!, inputs).entries()) await expectSameTensors(output, outputs[i]!);
  });

  if (heads)
    it("says more through heads, after what it says first", async () => {
      const network = make({ heads: [7, 2], classes: 3 });
      const outputs = applyAll(network, inputsOf(network));
      expect(outputs.map(({ shape }) => shape)).toEqual([...shapes, [7], [2]].map((shape) => [2, ...shape]));
      expect(network.outputNames.slice(-2)).toEqual([`${name}/head1`, `${name}/head2`]);
      const { copy } = await reloaded({ copy: network });
      for (const [i, output] of applyAll(copy!, inputsOf(network)).entries()) {
        await expectSameTensors(output, outputs[i]!);
      }
    });

  it("names every layer after the network", () => {
    for (const layer of make({ classes: 3, conditionDim: 2 }).layers) {
      expect(layer.name.startsWith(`${name}/`), layer.name).toBe(true);
    }
  });

  it.each<[string, object]>([
    ["expected `classes` to be an integer ≥ 2, received 1.", { classes: 1 }],
    ["expected `conditionDim` to be an integer ≥ 1, received '4'.", { conditionDim: "4" }],
    ["unknown option `clases`; did you mean `classes`?", { clases: 3 }],
    ["expected `seed` to be an integer ≥ 0, received '0'.", { seed: "0" }],
    ["expected `name` to be letters", { name: "my network" }],
    ...(heads
      ? [["expected `heads` to be an array of integers > 0, received [0].", { heads: [0] }] as [string, object]]
      : []),
  ])("refuses in its own name: %s", (message, wrong) => {
    const [owner] = _.split(",") as [string];
    expect(() => make(wrong as Options)).toThrow(ConfigError);
    expect(() => make(wrong as Options)).toThrow(`${owner}: ${message}`);
  });
});

describe("networks made of networks", () => {
  it("autoencodingDiscriminator rebuilds with its encoder and decoder, and is saved as one network", async () => {
    const shape = { ...dense, seed: 2 };
    const encoder = lk.mlpEncoder({ inputShape: image, ...shape });
    const decoder = lk.mlpDecoder({ outputShape: image, ...shape });
    const x = random(1).uniform([2, ...image]);
    const rebuilt = applyAll(decoder, applyAll(encoder, x)[0]!)[0]!;
    const network = lk.autoencodingDiscriminator({ encoder, decoder });
    await expectSameTensors(applyAll(network, x)[0]!, rebuilt);
    expect([network.name, network.weights.length]).toEqual(["discriminator", 8]);
    const { copy } = await reloaded({ copy: network });
    await expectSameTensors(applyAll(copy!, x)[0]!, rebuilt);
    expect(trainableVariables([network])).toHaveLength(8);
  });

  it("convVaeNetworks mirrors an encoder of any image, told the same", async () => {
    const options = { imageShape: [7, 9, 2], filters: [3, 4], hiddenUnits: 5, classes: 3, parametersPerValue: 2 };
    const { encoder, decoder } = lk.convVaeNetworks({ ...options, latentDim: 2, seed: 3 });
    const shared = { classes: 3, latentDim: 2, hiddenUnits: [5], seed: 3 };
    const same = lk.convGaussianEncoder({ inputShape: [7, 9, 2], filters: [3, 4], ...shared });
    const inputs = inputsOf(encoder);
    const [mean, logVariance] = applyAll(encoder, inputs);
    await expectSameTensors(mean!, applyAll(same, inputs)[0]!);
    expect(logVariance!.shape).toEqual([2, 2]);
    expect(applyAll(decoder, [mean!, inputs[1]!])[0]!.shape).toEqual([2, 7, 9, 4]);
  });

  it.each<[string, () => unknown]>([
    ["convVaeNetworks: unknown option `inputShape`", () => lk.convVaeNetworks({ inputShape: image } as never)],
    [
      "autoencodingDiscriminator: expected `decoder's output",
      () =>
        lk.autoencodingDiscriminator({
          encoder: lk.mlpEncoder({ inputShape: [2], ...dense }),
          decoder: lk.mlpDecoder({ outputShape: [3], ...dense }),
        }),
    ],
  ])("%s", (message, call) => expect(call).toThrow(message));
});

describe("discriminators", () => {
  const both = { classes: 3, conditionDim: 2, outputs: 5, heads: [4] };

  it.each(["mlpDiscriminator", "dcganDiscriminator", "dcganDiscriminator, spectral"])(
    "%s gives a verdict of any width",
    async (name) => {
      const network = builders[name]!.make(both);
      const inputs = inputsOf(network);
      const outputs = applyAll(network, inputs);
      expect(outputs.map(({ shape }) => shape)).toEqual([
        [2, 5],
        [2, 4],
      ]);
      // A condition moves the outcomes of a verdict one against the other: a shift of all would say nothing.
      const others = [inputs[0]!, tf.sub(1, inputs[1]!), inputs[2]!];
      const { variance } = tf.moments(tf.sub(applyAll(network, others)[0]!, outputs[0]!), 1);
      expect((await tf.min(variance).data())[0]).toBeGreaterThan(1e-14);
      const { copy } = await reloaded({ copy: network });
      await expectSameTensors(applyAll(copy!, inputs)[0]!, outputs[0]!);
    },
  );

  it("projection adds yᵀ·V·φ(x) to each outcome", async () => {
    const network = lk.dcganDiscriminator({ inputShape: image, filters: [3], outputs: 2, classes: 3, seed: 4 });
    const [x] = inputsOf(network);
    const one = (k: number) => applyAll(network, [x!, tf.oneHot(tf.fill([2], k, "int32"), 3)])[0]!;
    const none = applyAll(network, [x!, tf.zeros([2, 3])])[0]!;
    const features = tf.model({
      inputs: network.inputs[0]!,
      outputs: network.getLayer("discriminator/features").output as tf.SymbolicTensor,
    });
    const [kernel] = network.getLayer("discriminator/classes").getWeights();
    const projected = tf.reshape(
      tf.matMul(applyAll(features, x!)[0]! as tf.Tensor2D, kernel as tf.Tensor2D),
      [2, 2, 3],
    );
    for (const k of [0, 1, 2]) {
      const expected = tf.reshape(tf.slice(projected, [0, 0, k], [2, 2, 1]), [2, 2]);
      await expectSameTensors(tf.sub(one(k), none), expected, 1e-6);
    }
  });

  it.each<[string, () => unknown]>([
    [
      "mlpDiscriminator: expected `outputs` to be an integer ≥ 1, received 0.",
      () => lk.mlpDiscriminator({ inputShape: [2], hiddenUnits: [], outputs: 0 }),
    ],
    [
      "mlpDiscriminator: expected `activation` to be another than 'maxout' with `spectral`",
      () => lk.mlpDiscriminator({ inputShape: [2], hiddenUnits: [], activation: "maxout", normalization: "spectral" }),
    ],
    [
      "mlpDiscriminator: expected `batchNormalization` to be false with `spectral`",
      () =>
        lk.mlpDiscriminator({ inputShape: [2], hiddenUnits: [], batchNormalization: true, normalization: "spectral" }),
    ],
    [
      "dcganDiscriminator: expected `minibatchDiscrimination` to be an object with `kernels`?",
      () => lk.dcganDiscriminator({ inputShape: image, minibatchDiscrimination: { kernel: 3 } as never }),
    ],
    [
      "mlpGenerator: unknown option `outputActivaton`; did you mean `outputActivation`?",
      () => lk.mlpGenerator({ latentDim: 2, hiddenUnits: [], outputShape: [2], outputActivaton: "tanh" } as never),
    ],
    [
      "dcganGenerator: unknown option `filtres`; did you mean `filters`?",
      () => lk.dcganGenerator({ outputShape: [8, 8, 1], filtres: [2] } as never),
    ],
    [
      "mlpDecoder: unknown option `heads`",
      () => lk.mlpDecoder({ latentDim: 2, hiddenUnits: [], outputShape: [2], heads: [2] } as never),
    ],
    [
      "tiedDecoder: expected the layers of `encoder` to be a chain, 'encoder/told' branches.",
      () => lk.tiedDecoder({ encoder: lk.mlpEncoder({ inputShape: [2], ...dense, classes: 3 }) }),
    ],
    [
      "tiedDecoder: unknown option `classes`",
      () => lk.tiedDecoder({ encoder: builders.mlpEncoder!.make({}), classes: 2 } as never),
    ],
    ["tiedDecoder: expected `encoder` to be a network", () => lk.tiedDecoder({ encoder: {} as never })],
    [
      "spectralDense: unknown option `usebias`; did you mean `useBias`?",
      () => lk.spectralDense({ units: 1, usebias: false } as never),
    ],
    [
      "spectralConv2d: unknown option `stride`",
      () => lk.spectralConv2d({ filters: 1, kernelSize: 3, stride: 2 } as never),
    ],
    [
      "maxout: expected `pieces` to be an integer ≥ 2, received '5'.",
      () => lk.maxout({ units: 1, pieces: "5" as never }),
    ],
    ["minibatchDiscrimination: unknown option `kernel`", () => lk.minibatchDiscrimination({ kernel: 3 } as never)],
    ["minibatchStandardDeviation: unknown option `group`", () => lk.minibatchStandardDeviation({ group: 3 } as never)],
    ["recurrentEncoder: unknown option `unit`", () => lk.recurrentEncoder({ unit: 3 } as never)],
    [
      "recurrentDecoder: expected `teacher` to be true or false, received 1.",
      () => lk.recurrentDecoder({ latentDim: 2, units: 2, outputShape: [2, 1], teacher: 1 as never }),
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });
});
