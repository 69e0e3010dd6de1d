import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeSlips, type SlipCase } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll } from "vitest";
import * as compile from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "latentkit-slips-"));
let network: tf.LayersModel;
let weight: tf.Variable;
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  network = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
  weight = tf.tidy(() => tf.variable(tf.scalar(1)));
});
afterAll(() => {
  network.dispose();
  weight.dispose();
  rmSync(folder, { recursive: true });
});

/** A step that moves one weight, of a prototype of its own: it is no object of options. */
const step = () =>
  Object.assign(Object.create({}), {
    name: "step",
    variables: [weight],
    run: ({ x }: { x: tf.Tensor }) => tf.tidy(() => ({ loss: tf.mean(tf.mul(weight, x)) })),
  });

const CASES: Readonly<Record<string, SlipCase>> = {
  encodeOnnx: { args: () => [network, { batchSize: 2 }], allowed: /^1: undefined$|batchSize: (undefined|a number)$/ },
  encodeTrainingStep: { args: () => [step(), { x: tf.ones([2]) }], allowed: /misspelt|another shape$/ },
  exportOnnx: {
    args: () => [network, join(folder, "net.onnx"), { batchSize: 2 }],
    allowed: /^2: undefined$|batchSize: (undefined|a number)$/,
    // The text is no path to try: it would be written to.
    costly: /^1: a text$/,
  },
  exportTrainingStep: {
    args: () => [step(), { x: tf.ones([2]) }, join(folder, "step.onnx")],
    allowed: /another shape$/,
    costly: /^2: a text$/,
  },
  onnx: {
    args: () => [{ provider: "cpu", threads: 1, verifySteps: 2, tolerance: 1e-3, warn: () => {}, info: () => {} }],
    allowed: /nothing|: undefined$|(threads|verifySteps|tolerance): a number$/,
  },
};

describeSlips("@latentkit/compile", compile, CASES);
