import { ConfigError, random } from "@latentkit/core";
import { applyAll } from "@latentkit/core/authoring";
import { expectSameTensors } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { recurrentDecoder, recurrentEncoder } from "../../src/index.js";
import { reloaded } from "../reloaded.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const inputsOf = (network: tf.LayersModel): tf.Tensor[] =>
  network.inputs.map((input, i) => random(i).uniform([2, ...(input.shape.slice(1) as number[])]));

const networks = {
  encoder: () => recurrentEncoder({ inputShape: [5, 2], units: 4, latentDim: 3, outputActivation: "tanh" }),
  "masked encoder": () => recurrentEncoder({ inputShape: [5, 2], units: 4, latentDim: 3, masked: true, cell: "gru" }),
  "encoder of image rows": () => recurrentEncoder({ inputShape: [5, 4, 1], units: 4, latentDim: 3 }),
  decoder: () => recurrentDecoder({ latentDim: 3, units: 4, outputShape: [5, 2] }),
  "taught decoder": () => recurrentDecoder({ latentDim: 3, units: 4, outputShape: [5, 2], teacher: true, cell: "gru" }),
  "taught decoder of image rows": () =>
    recurrentDecoder({ latentDim: 3, units: 4, outputShape: [5, 4, 1], teacher: true }),
};

describe.each(Object.entries(networks))("recurrent %s", (_, make) => {
  it("gives the same after saving and loading, and weights named after the network", async () => {
    const network = make();
    const inputs = inputsOf(network);
    const copy = (await reloaded({ network })).network!;
    const [output] = applyAll(network, inputs);
    await expectSameTensors(applyAll(copy, inputs)[0]!, output!);
    expect(output!.shape.slice(1)).toEqual(network.outputs[0]!.shape.slice(1));
    for (const layer of network.layers) expect(layer.name.startsWith(`${network.name}/`)).toBe(true);
  });
});

describe("recurrentEncoder and recurrentDecoder", () => {
  it.each([
    ["a shape without features", { inputShape: [5] }],
    ["no code", { latentDim: 0 }],
    ["an unknown cell", { cell: "elman" as never }],
    ["a misspelt option", { mask: true } as never],
    ["a mask that is no boolean", { masked: [1, 1] as never }],
  ])("refuses %s", (_, wrong) => {
    expect(() => recurrentEncoder({ inputShape: [5, 2], units: 4, latentDim: 3, ...wrong })).toThrow(ConfigError);
  });

  it.each([
    ["a shape without features", { outputShape: [5] }],
    ["no code", { latentDim: 0 }],
    ["an unknown cell", { cell: "elman" as never }],
    ["a misspelt option", { forcing: 1 } as never],
  ])("refuses %s", (_, wrong) => {
    expect(() => recurrentDecoder({ outputShape: [5, 2], units: 4, latentDim: 3, ...wrong })).toThrow(ConfigError);
  });
});
