import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type InfoVaeOptions, infoVae } from "../src/index.js";
import { familyBatch, familyNetworks, otherDecoder } from "./family.js";
import { referenceNetworks } from "./networks.js";
import { expectLoss, expectParts, loadObjectives, loadReference } from "./reference.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const create = (options: Partial<InfoVaeOptions> & Record<string, unknown> = {}) =>
  infoVae({ ...familyNetworks(), ...options });

describeModel("infoVae", {
  factory: infoVae,
  create,
  batch: familyBatch,
  invalid: {
    "more than all mutual information": () => create({ alpha: 1.5 }),
    "a negative weight": () => create({ lambda: -1 }),
    "an unknown kernel": () => create({ kernel: "linear" as never }),
    "a misspelt option": () => create({ lamda: 4 }),
    "a decoder of another code": () => create({ decoder: otherDecoder() }),
    "a batch of one": () => create().checkBatch({ x: tf.zeros([1, 4, 4, 1]) }),
  },
});

describe("infoVae", () => {
  it.each(["inverseMultiquadratic", "gaussian"] as const)(
    "has PyTorch's loss, parts and gradients, %s",
    async (kernel) => {
      const [reference, objectives] = [await loadReference(), await loadObjectives()];
      const { loss, gradients, parts } = objectives[`info-${kernel}`]!;
      const model = infoVae({ ...referenceNetworks(reference.parameters), kernel, alpha: 0.25, lambda: 10 });
      await expectLoss(model, tf.tensor(reference.x), reference.noise, loss, gradients);
      await expectParts(model, tf.tensor(reference.x), reference.noise, parts);
      model.dispose();
    },
  );

  it("needs no divergence of each example for α = 1", async () => {
    const model = create({ alpha: 1, lambda: 20 });
    await expectParts(
      model,
      familyBatch().x,
      [...Array(4)].map(() => [0.5, -1, 0.3]),
      {},
      (parts) => {
        expect(parts.total).toBeCloseTo(parts.reconstruction! + 20 * parts.discrepancy!, 3);
      },
    );
    model.dispose();
  });
});
