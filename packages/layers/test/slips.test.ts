import { ConfigError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import * as lk from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

type Options = Readonly<Record<string, unknown>>;

const shared = (layer: tf.layers.Layer): tf.layers.Layer => {
  tf.sequential({ layers: [layer] });
  return layer;
};
const dense = () => shared(tf.layers.dense({ units: 2, inputShape: [5] }));
const conv = () => shared(tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 1] }));

/** Every factory with options that work, each of which is then spoilt. */
const factories: Readonly<Record<string, () => Options>> = {
  addVector: () => ({ name: "named" }),
  autoregressiveConditioner: () => ({
    latentDim: 2,
    hiddenUnits: [3],
    reversed: true,
    contextDim: 2,
    seed: 1,
    name: "named",
  }),
  causalAttention: () => ({ heads: 2, scale: 0.5, seed: 1, name: "named" }),
  concatenatedElu: () => ({ name: "named" }),
  diagonalBiLstm: () => ({ units: 3, colours: 1, useBias: true, seed: 1, name: "named" }),
  gatedUnit: () => ({ value: "linear", colours: 1, name: "named" }),
  learnedPositions: () => ({ deviation: 0.1, seed: 1, name: "named" }),
  maskedConv2d: () => ({
    filters: 2,
    kernelSize: [3, 3],
    mask: "A",
    colours: 1,
    useBias: true,
    seed: 1,
    name: "named",
  }),
  maskedDense: () => ({ units: 2, inputDegrees: [[1, 2]], degrees: [[1, 2]], strict: true, seed: 1, name: "named" }),
  oneHotLevels: () => ({ levels: 4, low: -0.5, high: 1.25, name: "named" }),
  pseudoInputs: () => ({ count: 3, inputShape: [4], outputActivation: "sigmoid", seed: 1, name: "named" }),
  rowLstm: () => ({ units: 3, colours: 1, useBias: true, seed: 1, name: "named" }),
  shift2d: () => ({ down: 1, right: 1, name: "named" }),
  shiftedConv2d: () => ({ filters: 2, kernelSize: [2, 3], direction: "down", strides: 1, seed: 1, name: "named" }),
  shiftedConv2dTranspose: () => ({ filters: 2, kernelSize: [2, 3], direction: "down", seed: 1, name: "named" }),
  unetGenerator: () => ({
    inputShape: [8, 8, 1],
    outputChannels: 3,
    filters: [2, 3],
    dropout: 0.1,
    seed: 1,
    name: "named",
  }),
  residualGenerator: () => ({
    inputShape: [8, 8, 1],
    outputChannels: 3,
    filters: [2, 3],
    blocks: 1,
    seed: 1,
    name: "named",
  }),
  patchDiscriminator: () => ({ inputShape: [8, 8, 4], filters: [2, 3], outputs: 1, seed: 1, name: "named" }),
  activation: () => ({ kind: "elu", alpha: 0.5, name: "named", inputShape: [3] }),
  adaptiveInstanceNormalization: () => ({ name: "named" }),
  equalizedConv2d: () => ({ filters: 2, kernelSize: 3, groups: 1, gain: 1.5, rateScale: 0.5, seed: 1, name: "named" }),
  equalizedDense: () => ({ units: 2, useBias: true, biasStart: 0.5, seed: 1, name: "named" }),
  fadeIn: () => ({ steps: 3, name: "named" }),
  firFilter: () => ({ resample: "up", taps: [0.5, 1, 0.5], name: "named" }),
  learnedConstant: () => ({ shape: [2, 2, 3], seed: 1, name: "named" }),
  modulatedConv2d: () => ({ filters: 2, kernelSize: 3, demodulate: true, seed: 1, name: "named" }),
  noiseInjection: () => ({ name: "named" }),
  pixelNormalization: () => ({ name: "named" }),
  progressiveDiscriminator: () => ({ inputShape: [8, 8, 1], filters: [2, 2], fadeSteps: 1, groupSize: 2, seed: 1 }),
  progressiveGenerator: () => ({
    outputShape: [8, 8, 1],
    latentDim: 2,
    filters: [2, 2],
    fadeSteps: 1,
    classes: 2,
    seed: 1,
  }),
  styleMapping: () => ({ latentDim: 3, styleDim: 4, depth: 1, classes: 2, seed: 1, name: "named" }),
  styleSynthesis: () => ({ outputShape: [8, 8, 1], styleDim: 4, filters: [2, 2], modulation: "instance", seed: 1 }),
  gaussianSampler: () => ({ name: "named" }),
  maskingNoise: () => ({ rate: 0.1, name: "named" }),
  maxout: () => ({ units: 3, pieces: 2, seed: 1, name: "named" }),
  minibatchDiscrimination: () => ({ kernels: 3, dimensions: 2, seed: 1, name: "named" }),
  minibatchStandardDeviation: () => ({ groupSize: 2, name: "named" }),
  mlpDecoder: () => ({ latentDim: 2, hiddenUnits: [3], outputShape: [4], seed: 1, name: "named" }),
  mlpEncoder: () => ({ inputShape: [4], hiddenUnits: [3], latentDim: 2, seed: 1, dropout: 0.1, name: "named" }),
  convEncoder: () => ({ inputShape: [8, 8, 1], filters: [2], latentDim: 2, seed: 1, batchNormalization: true }),
  convDecoder: () => ({ latentDim: 2, outputShape: [8, 8, 1], filters: [2], seed: 1 }),
  nearestUpsampling: () => ({ factor: 2, name: "named" }),
  recurrentDecoder: () => ({ latentDim: 2, units: 3, outputShape: [4, 2], cell: "gru", teacher: true }),
  recurrentEncoder: () => ({ inputShape: [4, 2], units: 3, latentDim: 2, cell: "gru", masked: true }),
  saltAndPepperNoise: () => ({ rate: 0.1, low: -0.5, high: 1.25, name: "named" }),
  seededDropout: () => ({ rate: 0.1, name: "named" }),
  seededGaussianNoise: () => ({ deviation: 0.1, name: "named" }),
  sequenceToVector: () => ({ units: 3, cell: "gru", seed: 1, name: "named" }),
  spectralConv2d: () => ({ filters: 2, kernelSize: 3, strides: 1, padding: "valid", seed: 1, name: "named" }),
  spectralDense: () => ({ units: 2, useBias: false, seed: 1, name: "named" }),
  tiedConv2dTranspose: () => ({ layer: conv(), useBias: false, name: "named" }),
  tiedDense: () => ({ layer: dense(), useBias: false, name: "named" }),
  upsamplingConv2d: () => ({ filters: 2, kernelSize: 3, factor: 2, useBias: true, name: "named" }),
  vectorToSequence: () => ({ units: 3, cell: "gru", steps: 4, features: 2, seed: 1, name: "named" }),
};

/** What a user types by mistake in the place of a value that works. */
function slipsOf(value: unknown): unknown[] {
  const always = [null, { nested: true }, Promise.resolve(value), Number.NaN];
  if (typeof value === "number")
    return [...always, `${value}`, [value], true, ...(Number.isInteger(value) ? [1.5] : [])];
  if (typeof value === "boolean") return [...always, `${value}`, 1];
  if (typeof value === "string") return [...always, 5, [value], ""];
  if (Array.isArray(value)) {
    const whole = value.flat().every(Number.isInteger);
    return [...always, value.join(), value.map(String), [-1], ...(whole ? [[0.5]] : [])];
  }
  return [...always, "layer", 5];
}

const call = (name: string, options: unknown): unknown =>
  (lk as unknown as Record<string, (options: unknown) => unknown>)[name]!(options);

describe.each(Object.entries(factories))("%s", (name, make) => {
  const refused = (options: unknown, about: string): void => {
    const told = `${name} with ${about}`;
    expect(() => call(name, options), told).toThrow(ConfigError);
    expect(() => call(name, options), told).toThrow(new RegExp(`^${name}: `));
  };

  it("takes the options that are spoilt below", () => {
    expect(call(name, make())).toBeInstanceOf(tf.layers.Layer);
  });

  it("refuses misspelt names", () => {
    for (const key of Object.keys(make())) {
      const { [key]: value, ...rest } = make();
      for (const slip of [`${key}s`, key.slice(0, -1), key.toUpperCase(), `_${key}`]) {
        refused({ ...rest, [key]: value, [slip]: value }, `\`${slip}\``);
      }
    }
  });

  it("refuses values of another type", () => {
    for (const [key, value] of Object.entries(make())) {
      for (const slip of slipsOf(value)) refused({ ...make(), [key]: slip }, `\`${key}\` ${JSON.stringify(slip)}`);
    }
  });

  it("refuses what is no object of options", () => {
    for (const slip of [null, 5, "options", [make()], true, new Map()]) refused(slip, String(slip));
  });
});

it("leaves out no factory of a layer or network", () => {
  const others = new Set(["convolutionMatrix", "transposedConvolutionMatrix", "gaussianSample", "growNetwork"]);
  const made = Object.keys(lk).filter((name) => /^[a-z]/.test(name) && !others.has(name));
  const covered = new Set(Object.keys(factories));
  // The builders of whole networks have their own tests of options.
  const builders = /(Encoder|Decoder|Merger|Generator|Discriminator|Networks|Autoencoder|Critic)$/;
  expect(made.filter((name) => !covered.has(name) && !builders.test(name))).toEqual([]);
});
