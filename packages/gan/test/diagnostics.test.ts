import { random } from "@latentkit/core";
import { fromTensors, ring } from "@latentkit/data";
import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import { wassersteinLoss } from "@latentkit/losses";
import { adam, sgd, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type GanFinding, gan, ganDiagnostics, minimaxGan, nonSaturatingGan, r1Term } from "../src/index.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

const silent = { onFinding: () => {} };
const kinds = (findings: readonly GanFinding[]) => [...new Set(findings.map(({ kind }) => kind))];
const normal = (count: number, shift = 0) =>
  fromTensors({ x: tf.tidy(() => tf.add(random(1).stream("data").normal([count, 2]), shift)) });
const generator = (hiddenUnits: number[] = [16]) =>
  mlpGenerator({ latentDim: 2, hiddenUnits, outputShape: [2], seed: 3 });
const discriminator = (hiddenUnits: number[] = [16]) =>
  mlpDiscriminator({ inputShape: [2], hiddenUnits, activation: "leakyRelu", seed: 3 });

/** A generator that gives the data's own distribution from the start: G(z) = z. */
function truthful(): tf.LayersModel {
  const network = generator([]);
  network.setWeights([tf.eye(2), tf.zeros([2])]);
  return network;
}

describe("ganDiagnostics", () => {
  it("is silent on a healthy run", async () => {
    const model = nonSaturatingGan({
      generator: generator(),
      discriminator: discriminator(),
      penalty: r1Term({ weight: 0.1 }),
    });
    const diagnostics = ganDiagnostics(model, { ...silent, every: 10, reference: random(2).normal([64, 2]) });
    await train(model, await normal(2000), {
      steps: 200,
      batchSize: 64,
      optimizers: adam({ learningRate: 2e-3, beta1: 0.5 }),
      callbacks: [diagnostics],
    });
    expect(kinds(diagnostics.findings).filter((kind) => kind !== "equilibrium")).toEqual([]);
  });

  it("names an overpowering discriminator and the generator's vanishing gradient", async () => {
    // Samples start in one place and data in another, so that nothing overlaps.
    const narrow = truthful();
    narrow.setWeights([tf.mul(0.1, tf.eye(2)), tf.zeros([2])]);
    const model = minimaxGan({ generator: narrow, discriminator: discriminator() });
    const diagnostics = ganDiagnostics(model, { ...silent, every: 10 });
    await train(model, await normal(2000, 8), {
      steps: 400,
      batchSize: 64,
      optimizers: { discriminator: adam({ learningRate: 3e-2 }), generator: adam({ learningRate: 1e-5 }) },
      callbacks: [diagnostics],
    });
    expect(kinds(diagnostics.findings)).toEqual(["overpoweringDiscriminator", "vanishingGradient"]);
  });

  it("names oscillation of a bilinear game", async () => {
    // D(x) = w·x and G(z) = z + θ without any constraint: θ circles the data's mean for ever.
    const moved = truthful();
    moved.setWeights([tf.eye(2), tf.tensor1d([3, 0])]);
    moved.layers.at(-1)!.trainable = true;
    const critic = discriminator([]);
    const model = gan({ generator: moved, discriminator: critic, loss: wassersteinLoss() });
    const diagnostics = ganDiagnostics(model, { ...silent, every: 10, window: 12, realDiversity: 1.77 });
    await train(model, await normal(2000), {
      steps: 300,
      batchSize: 64,
      optimizers: sgd({ learningRate: 0.1 }),
      callbacks: [diagnostics],
    });
    expect(kinds(diagnostics.findings)).toEqual(["oscillation"]);
  });

  it("names mode collapse when all samples run to one place", async () => {
    // A discriminator too slow to follow, with one preferred direction: the generator gives its one favourite.
    const bounded = mlpGenerator({
      latentDim: 2,
      hiddenUnits: [16],
      outputShape: [2],
      outputActivation: "tanh",
      seed: 3,
    });
    const model = nonSaturatingGan({ generator: bounded, discriminator: discriminator([]) });
    const data = ring({ count: 2000, seed: 1, radius: 0.8 });
    const diagnostics = ganDiagnostics(model, { ...silent, every: 10, realDiversity: 1 });
    await train(model, data, {
      steps: 200,
      batchSize: 64,
      optimizers: { discriminator: adam({ learningRate: 1e-4 }), generator: adam({ learningRate: 2e-2 }) },
      callbacks: [diagnostics],
    });
    expect(kinds(diagnostics.findings)).toEqual(["modeCollapse"]);
    expect(diagnostics.findings[0]!.message).toMatch(/mean distance between samples.*packing/);
  });

  it("names mode collapse when modes that were covered are lost", async () => {
    const model = nonSaturatingGan({ generator: generator(), discriminator: discriminator() });
    let look = 0;
    const coverage = async () => (look++ < 4 ? 1 : 0.25);
    const diagnostics = ganDiagnostics(model, { ...silent, every: 1, coverage });
    const options = { batchSize: 8, optimizers: sgd({ learningRate: 0 }), callbacks: [diagnostics] };
    await train(model, await normal(100), { ...options, steps: 12 });
    expect(diagnostics.findings.map(({ quantity }) => quantity)).toEqual(["the share of modes covered"]);
  });

  it("names the equilibrium and stops there", async () => {
    const model = nonSaturatingGan({
      generator: truthful(),
      discriminator: discriminator(),
      penalty: r1Term({ weight: 1 }),
    });
    const diagnostics = ganDiagnostics(model, { ...silent, every: 10, stopAtEquilibrium: true });
    const result = await train(model, await normal(2000), {
      steps: 1000,
      batchSize: 64,
      optimizers: { discriminator: adam({ learningRate: 1e-3 }), generator: sgd({ learningRate: 0 }) },
      callbacks: [diagnostics],
    });
    expect(kinds(diagnostics.findings)).toEqual(["equilibrium"]);
    expect(result.step).toBeLessThan(1000);
    expect(result.stopped).toMatch(/Equilibrium/);
  });

  it("keeps its measurements through a checkpoint, and leaks nothing", async () => {
    const model = nonSaturatingGan({ generator: generator(), discriminator: discriminator() });
    const first = ganDiagnostics(model, { ...silent, every: 1 });
    const data = await normal(100);
    const before = tf.memory().numTensors;
    await train(model, data, { steps: 3, batchSize: 8, callbacks: [first] });
    expect(tf.memory().numTensors).toBe(before);
    const second = ganDiagnostics(model, { ...silent, every: 1 });
    second.load!(JSON.parse(JSON.stringify(first.save!())));
    expect(second.measurements).toEqual(first.measurements);
    expect(() => ganDiagnostics(model, { every: 0 })).toThrow(/every/);
    expect(() => ganDiagnostics(model, { windows: 3 } as object)).toThrow(/unknown option/);
  });
});
