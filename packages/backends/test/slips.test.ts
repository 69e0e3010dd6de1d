import { describeSlips, type SlipCase } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll } from "vitest";
import * as backends from "../src/index.js";

beforeAll(() => backends.useBackend("cpu"));

const network = () => tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
const shared = network();

const CASES: Readonly<Record<string, SlipCase>> = {
  assertTrainable: {
    args: () => [shared, { secondDerivatives: true }],
    allowed: /^1: undefined$|secondDerivatives: undefined$/,
  },
  installGradients: { args: () => [], allowed: /^nothing$/ },
  memory: { args: () => [], allowed: /^nothing$/ },
  useBackend: {
    args: () => ["cpu", { allowSoftware: true, wasmFolder: "https://example.org/wasm/" }],
    allowed: /^1: undefined$|(allowSoftware|wasmFolder): undefined$|wasmFolder: a text$/,
    // Without a name every backend is tried.
    costly: /^(nothing|0: undefined)$/,
  },
};

describeSlips("@latentkit/backends", backends, CASES);
