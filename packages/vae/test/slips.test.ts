import { allVariables, hold } from "@latentkit/core/authoring";
import { type SlipCase, sweepSlips } from "@latentkit/core/testing";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { bernoulli, gaussianPosterior, standardNormal } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as family from "../src/index.js";

let encoder: tf.LayersModel;
let decoder: tf.LayersModel;
let told: { encoder: tf.LayersModel; decoder: tf.LayersModel };
let release = () => {};
beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  const shape = { hiddenUnits: [3], latentDim: 2 };
  encoder = mlpGaussianEncoder({ inputShape: [4], ...shape });
  decoder = mlpDecoder({ outputShape: [4], ...shape });
  told = {
    encoder: mlpGaussianEncoder({ inputShape: [4], ...shape, classes: 3 }),
    decoder: mlpDecoder({ outputShape: [4], ...shape, classes: 3 }),
  };
  // Models that are made and freed in between leave the networks whole.
  release = hold(allVariables([encoder, decoder, told.encoder, told.decoder]));
});
afterAll(() => release());

/** Of a prototype of its own, so that the sweep takes it for an argument and not for options. */
const argument = <T extends object>(parts: T): T => Object.assign(Object.create({}), parts);
const values = () => ({
  likelihood: argument(bernoulli()),
  prior: argument(standardNormal()),
  posterior: argument(gaussianPosterior()),
});
const allowed =
  /^options\.(likelihood|prior|posterior|beta|freeBits|samples|doublyReparameterized|estimator): undefined$|(beta|freeBits|samples): a number$/;

const CASES: Readonly<Record<string, SlipCase>> = {
  conditionalVae: {
    args: () => [{ ...told, conditions: { label: { classes: 3 } }, ...values(), beta: 1, freeBits: 0 }],
    allowed,
  },
  iwae: { args: () => [{ encoder, decoder, ...values(), samples: 3 }], allowed },
  latentVariableModel: { args: () => [argument({ owner: "mine", encoder, decoder, ...values() })] },
  vae: { args: () => [{ encoder, decoder, ...values(), beta: 1, freeBits: 0 }], allowed },
};

describe("slips in the calls of @latentkit/vae", () => {
  it("are swept for every function", () => {
    const functions = Object.entries(family).filter(([, value]) => typeof value === "function");
    expect(functions.map(([name]) => name).sort()).toEqual(Object.keys(CASES).sort());
  });

  it.each(Object.entries(CASES))("%s refuses them by name, or does what is meant", async (name, slips) => {
    const make = (family as unknown as Record<string, (...args: never[]) => { dispose?(): void }>)[name]!;
    const call = (...args: never[]): void => make(...args).dispose?.();
    expect(await sweepSlips(name, call, slips)).toEqual([]);
  });
});
