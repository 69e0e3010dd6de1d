import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll } from "vitest";
import * as authoring from "../src/authoring.js";
import * as user from "../src/index.js";
import { asArgument, describeSlips, disposeOf, type SlipCase } from "../src/testing/index.js";

/** What users call and what authors do. */
const core = { ...user, ...authoring };
const folder = mkdtempSync(join(tmpdir(), "latentkit-slips-"));
const file = join(folder, "file.safetensors");
let network: tf.LayersModel;
let model: user.Model<user.DataBatch>;
let bytes: Uint8Array;

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
const coder = asArgument({
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
  compileModel: {
    args: () => [coder, asArgument({ name: "eager", compile: core.compileEagerly }), { batchSize: 2 }],
    allowed: /: (undefined|a number)$/,
  },
  apply: { args: () => [network, x()] },
  reparameterize: { args: () => [codes(), codes(), codes()] },
  applyAll: { args: () => [network, x()] },
  attributeDirection: { args: () => [codes(), codes()] },
  bernoulliNoise: { args: () => [stream(), codes()], allowed: ANY },
  categoricalNoise: { args: () => [stream(), codes()], allowed: ANY },
  // The shortest module there is.
  compileFirst: { args: () => [["AGFzbQEAAAA="]] },
  cosineSchedule: ramp({ from: 1, to: 0, steps: 3 }),
  cyclicalSchedule: ramp({ to: 1, period: 4, rising: 0.5 }),
  decodeNetworks: { args: () => [bytes, "file"], allowed: /^1: (undefined|a text)$/ },
  encodeNetworks: { args: () => [asArgument({ net: network })] },
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
  loadModel: { args: () => [file, shrinking, asArgument({})], allowed: /^2: undefined$/ },
  loadNetworks: { args: () => [file] },
  modelFromBytes: { args: () => [bytes, shrinking, asArgument({})], allowed: /^2: undefined$/ },
  modelToBytes: { args: () => [asArgument(model)] },
  normalQuantile: { args: () => [0.3] },
  oneHot: { args: () => [tf.tensor1d([0, 1], "int32"), 3], allowed: /^0: another shape$|^1: a number$/ },
  random: { args: () => [1], allowed: /a number$/ },
  readSafetensors: { args: () => [bytes, "file"], allowed: /^1: (undefined|a text)$/ },
  saveModel: { args: () => [asArgument(model), join(folder, "again.safetensors")], costly: /^1: a text$/ },
  saveNetworks: { args: () => [asArgument({ net: network }), join(folder, "nets.safetensors")], costly: /^1: a text$/ },
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
  stepSchedule: { args: () => [asArgument({ 0: 1, 10: 0.1 })] },
  stopGradient: smooth(),
  traversalCodes: { args: () => [codes(), 1, [0, 1]] },
  truncatedNormal: { args: () => [stream(), [2], 1], allowed: /^2: a number$/ },
  writeSafetensors: { args: () => [new Map()] },
};

/** What authors build with: types hold their callers, and what they make is swept where it is used. */
const TOOLS =
  /^([A-Z]\w*|check\w*|abortSignal|choice|condition\w*|define\w*|describeBounds|either|flag|functionOf|group|instance|integer|layer|listOf|model|networks?|number|numbers|optional|optionOf|resolveOptions|schedule|sizes|text|value|withDefault|\w*[hH]older?\w*|fetchHeld|hold|holdVariable|givenOf|givenRows|drawGiven|sampleRequest|currentRandom|currentStep|withRandom|withStep|compileEagerly|runEagerly|allVariables|trainableVariables|namedWeights|assignVariables|readVariables|disposeNetworks|networksHeader|linkLayers|inNode|maxOf|minOf|sizeOf|structuralSimilarity|outputShape|showShape|philox|printable|valueAt|scheduleFromJSON|scheduleFromText|scheduleToJSON)$/;

describeSlips("@latentkit/core", core, CASES, {
  except: TOOLS,
  free: (made) => {
    disposeOf(made);
    core.disposeNetworks(Object.values((made as Partial<user.LoadedNetworks> | undefined)?.networks ?? {}));
  },
});
