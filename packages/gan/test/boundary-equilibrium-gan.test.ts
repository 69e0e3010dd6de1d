import { random, ShapeError } from "@latentkit/core";
import { apply, stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDecoder } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { boundaryEquilibriumGan } from "../src/index.js";
import { dataBatch, readScalar } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

const networks = () => ({
  generator: mlpDecoder({ latentDim: 3, hiddenUnits: [8], outputShape: [2], seed: 1, name: "generator" }),
  discriminator: mlpDecoder({ latentDim: 2, hiddenUnits: [8], outputShape: [2], seed: 2, name: "discriminator" }),
});

describeModel("boundaryEquilibriumGan", {
  factory: boundaryEquilibriumGan,
  create: () => boundaryEquilibriumGan({ ...networks(), diversity: 0.7, balanceRate: 0.1 }),
  batch: dataBatch,
  invalid: {
    "a diversity above 1": () => boundaryEquilibriumGan({ ...networks(), diversity: 1.1 }),
    "no balance rate": () => boundaryEquilibriumGan({ ...networks(), balanceRate: 0 }),
    "a misspelt option": () => boundaryEquilibriumGan({ ...networks(), gamma: 0.5 } as never),
  },
});

describe("boundaryEquilibriumGan", () => {
  it("has the paper's losses, and moves k by λ(γL(x) − L(G(z))), within [0, 1], in training alone", async () => {
    const model = boundaryEquilibriumGan({ ...networks(), diversity: 0.7, balanceRate: 0.1 });
    const { generator, discriminator } = model.networks;
    const { x } = dataBatch();
    const energy = async (v: tf.Tensor) => readScalar(tf.mean(tf.abs(tf.sub(v, apply(discriminator, v)))));
    let k = 0;
    for (const update of [0, 1, 2, 3]) {
      const fake = apply(generator, random(3).at(update).normal([6, 3]));
      const [real, made] = [await energy(x), await energy(fake)];
      const looked = model.objectives[0]!.loss({ x }, stepContext(random(3).at(update), update, false));
      expect(await readScalar(model.state.balance)).toBeCloseTo(k, 6);
      const trained = model.objectives[0]!.loss({ x }, stepContext(random(3).at(update), update, true));
      for (const { total, parts } of [looked, trained]) {
        expect(await readScalar(total)).toBeCloseTo(real - k * made, 5);
        expect(await readScalar(parts!.convergence!)).toBeCloseTo(real + Math.abs(0.7 * real - made), 5);
      }
      k = Math.min(1, Math.max(0, k + 0.1 * (0.7 * real - made)));
      expect(await readScalar(model.state.balance)).toBeCloseTo(k, 6);
      const generated = model.objectives[1]!.loss({ x }, stepContext(random(3).at(update), update, true));
      expect(await readScalar(generated.total)).toBeCloseTo(made, 5);
    }
    model.dispose();
  });

  it("refuses a discriminator that is no autoencoder of the examples", () => {
    const { generator } = networks();
    const discriminator = mlpDecoder({ latentDim: 2, hiddenUnits: [4], outputShape: [1] });
    expect(() => boundaryEquilibriumGan({ generator, discriminator })).toThrow(ShapeError);
  });
});
