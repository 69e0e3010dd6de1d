import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as authoring from "../src/authoring.js";
import * as user from "../src/index.js";
import { type SlipCase, sweepSlips } from "../src/testing/index.js";

/** What users call and what authors do. */
const core = { ...user, ...authoring };
const folder = mkdtempSync(join(tmpdir(), "latentkit-slips-"));
const file = join(folder, "file.safetensors");
let network: tf.LayersModel;
let model: user.Model<user.DataBatch>;
let bytes: Uint8Array;

/** Of a prototype of its own, so that the sweep takes it for an argument and not for options. */
const argument = <T extends object>(parts: T): T => Object.assign(Object.create({}), parts);
const shrinking = core.defineModel(
  "shrinking",
  { net: core.network(), weight: core.number({ min: 0, default: 1 }) },
  ({ net, weight }): authoring.ModelParts<user.Model<user.DataBatch>> => ({
    networks: { net },
    fields: { x: { shape: net.inputs[0]!.shape } },
    objectives: [
      {
        name: "net",
        updates: [net],
        loss: ({ x }) => ({ total: tf.mul<tf.Scalar>(weight, tf.mean(core.apply(net, x))) }),
      },
    ],
  }),
);

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  network = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  model = shrinking({ net: network });
  await core.saveModel(model, file);
  bytes = await core.modelToBytes(model);
});
afterAll(() => {
  model.dispose();
  rmSync(folder, { recursive: true });
});

const codes = () => tf.zeros([2, 3]);
const x = () => tf.zeros([2, 2]);
const stream = () => core.random(1).at(0);
const coder = argument({
  encode: (data: tf.Tensor) => tf.clone(data),
  decode: (z: tf.Tensor) => tf.clone(z),
  latentDim: 3,
});
const ANY = /: another shape$/;
const smooth = (): SlipCase => ({ args: () => [codes()], allowed: ANY });
const ramp = (options: object): SlipCase => ({
  args: () => [options],
  allowed: /: (undefined|a number|a negative number)$/,
});

/** What users call, and what authors pass tensors to. */
const CASES: Readonly<Record<string, SlipCase>> = {
  apply: { args: () => [network, x()] },
  applyAll: { args: () => [network, x()] },
  attributeDirection: { args: () => [codes(), codes()] },
  bernoulliNoise: { args: () => [stream(), codes()], allowed: ANY },
  categoricalNoise: { args: () => [stream(), codes()], allowed: ANY },
  cosineSchedule: ramp({ from: 1, to: 0, steps: 3 }),
  cyclicalSchedule: ramp({ to: 1, period: 4, rising: 0.5 }),
  decodeNetworks: { args: () => [bytes, "file"], allowed: /^1: (undefined|a text)$/ },
  encodeNetworks: { args: () => [argument({ net: network })] },
  exponentialSchedule: ramp({ from: 1, rate: 0.9, steps: 3 }),
  hostTensor: { args: () => [new Float32Array(2), [2]] },
  interpolate: { args: () => [coder, tf.zeros([1, 3]), tf.ones([1, 3]), 3], allowed: /^3: a number$/ },
  interpolateCodes: { args: () => [tf.zeros([1, 3]), tf.ones([1, 3]), 3], allowed: /^2: a number$/ },
  latentArithmetic: {
    args: () => [codes(), { plus: codes(), amount: 1 }],
    allowed: /^1: undefined$|options\.(amount: (undefined|a number|a negative number)|plus: undefined)$/,
  },
  latentGrid: {
    args: () => [2, 2, { latentDim: 3, dimensions: [0, 1] }],
    allowed: /^[01]: a number$|undefined$|latentDim: a number$/,
  },
  linearSchedule: ramp({ from: 0, to: 1, steps: 3 }),
  loadModel: { args: () => [file, shrinking, argument({})], allowed: /^2: undefined$/ },
  loadNetworks: { args: () => [file] },
  modelFromBytes: { args: () => [bytes, shrinking, argument({})], allowed: /^2: undefined$/ },
  modelToBytes: { args: () => [argument(model)] },
  normalQuantile: { args: () => [0.3] },
  oneHot: { args: () => [tf.tensor1d([0, 1], "int32"), 3], allowed: /^0: another shape$|^1: a number$/ },
  random: { args: () => [1], allowed: /a number$/ },
  readSafetensors: { args: () => [bytes, "file"], allowed: /^1: (undefined|a text)$/ },
  saveModel: { args: () => [argument(model), join(folder, "again.safetensors")], costly: /^1: a text$/ },
  saveNetworks: { args: () => [argument({ net: network }), join(folder, "nets.safetensors")], costly: /^1: a text$/ },
  seededInitializer: {
    args: () => [{ seed: 1, stream: "a", kind: "normal", scale: 1 }],
    allowed: /(kind|scale): undefined$|(seed|scale): a number$|stream: a text$/,
  },
  sha256: { args: () => [bytes] },
  smoothErf: smooth(),
  smoothExp: smooth(),
  smoothLogSumExp: smooth(),
  smoothSigmoid: smooth(),
  smoothSoftplus: smooth(),
  smoothTanh: smooth(),
  stepContext: { args: () => [stream(), 1, false], allowed: /^[12]: undefined$|^1: a number$/ },
  stepSchedule: { args: () => [argument({ 0: 1, 10: 0.1 })] },
  stopGradient: smooth(),
  traversalCodes: { args: () => [codes(), 1, [0, 1]] },
  truncatedNormal: { args: () => [stream(), [2], 1], allowed: /^2: a number$/ },
  writeSafetensors: { args: () => [new Map()] },
};

/** What authors build with: types hold their callers, and what they make is swept where it is used. */
const TOOLS =
  /^([A-Z]\w*|check\w*|abortSignal|choice|condition\w*|define\w*|describeBounds|either|flag|functionOf|group|instance|integer|layer|listOf|model|networks?|number|numbers|optional|optionOf|resolveOptions|schedule|sizes|text|value|withDefault|\w*[hH]older?\w*|fetchHeld|hold|holdVariable|givenOf|givenRows|drawGiven|sampleRequest|currentRandom|currentStep|withRandom|withStep|compileEagerly|runEagerly|allVariables|trainableVariables|namedWeights|assignVariables|readVariables|disposeNetworks|networksHeader|linkLayers|inNode|maxOf|minOf|sizeOf|outputShape|showShape|philox|printable|valueAt|scheduleFromJSON|scheduleFromText|scheduleToJSON)$/;

describe("slips in the calls of @latentkit/core", () => {
  it("are swept for every function that is no author's tool", () => {
    const functions = Object.entries(core).filter(([name, value]) => typeof value === "function" && !TOOLS.test(name));
    expect(functions.map(([name]) => name).sort()).toEqual(Object.keys(CASES).sort());
  });

  it.each(Object.entries(CASES))("%s refuses them by name, or does what is meant", async (name, slips) => {
    const make = (core as unknown as Record<string, (...args: never[]) => unknown>)[name]!;
    const call = async (...args: never[]): Promise<unknown> => {
      const made = await make(...args);
      (made as { dispose?: () => void } | undefined)?.dispose?.();
      const { networks = {} } = (made ?? {}) as Partial<user.LoadedNetworks>;
      core.disposeNetworks(Object.values(networks));
      return typeof made === "object" ? undefined : made;
    };
    expect(await sweepSlips(name, call, slips)).toEqual([]);
  });
});
