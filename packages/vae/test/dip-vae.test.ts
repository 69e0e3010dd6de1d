import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type DipVaeOptions, dipVae } from "../src/index.js";
import { familyBatch, familyNetworks, otherDecoder, silentPosterior } from "./family.js";
import { referenceNetworks } from "./networks.js";
import { expectLoss, expectParts, loadObjectives, loadReference } from "./reference.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const create = (options: Partial<DipVaeOptions> & Record<string, unknown> = {}) =>
  dipVae({ ...familyNetworks(), ...options });

describeModel("dipVae", {
  factory: dipVae,
  create,
  batch: familyBatch,
  invalid: {
    "an unknown variant": () => create({ variant: "III" as never }),
    "a negative weight": () => create({ offDiagonal: -1 }),
    "a misspelt option": () => create({ diagonals: 4 }),
    "a decoder of another code": () => create({ decoder: otherDecoder() }),
    "a posterior of another family": () => create({ posterior: silentPosterior }),
    "a batch of one": () => create().checkBatch({ x: tf.zeros([1, 4, 4, 1]) }),
  },
});

describe("dipVae", () => {
  it.each(["I", "II"] as const)("has PyTorch's loss, parts and gradients, variant %s", async (variant) => {
    const [reference, objectives] = [await loadReference(), await loadObjectives()];
    const { loss, gradients, parts } = objectives[`dip-${variant}`]!;
    const model = dipVae({ ...referenceNetworks(reference.parameters), variant, offDiagonal: 3, diagonal: 7 });
    await expectLoss(model, tf.tensor(reference.x), reference.noise, loss, gradients);
    await expectParts(model, tf.tensor(reference.x), reference.noise, parts);
    model.dispose();
  });

  it("weighs variances ten times covariances in variant I and like them in variant II unless told otherwise", async () => {
    for (const [variant, diagonal] of [
      ["I", 100],
      ["II", 10],
    ] as const) {
      const model = create({ variant });
      await expectParts(
        model,
        familyBatch().x,
        [...Array(4)].map(() => [0.5, -1, 0.3]),
        {},
        (parts) => {
          const expected = parts.reconstruction! + parts.kl! + 10 * parts.offDiagonal! + diagonal * parts.diagonal!;
          expect(parts.total).toBeCloseTo(expected, 2);
        },
      );
      model.dispose();
    }
  });
});
