import { linearSchedule, random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type AnnealedVaeOptions, annealedVae } from "../src/index.js";
import { familyBatch, familyNetworks, otherDecoder } from "./family.js";
import { referenceNetworks } from "./networks.js";
import { expectLoss, loadObjectives, loadReference } from "./reference.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const create = (options: Partial<AnnealedVaeOptions> & Record<string, unknown> = {}) =>
  annealedVae({ ...familyNetworks(), ...options });

describeModel("annealedVae", {
  factory: annealedVae,
  create,
  batch: familyBatch,
  invalid: {
    "a negative capacity": () => create({ capacity: -1 }),
    "a weight that is no number": () => create({ gamma: Number.NaN }),
    "a misspelt option": () => create({ capacities: 1 }),
    "a decoder of another code": () => create({ decoder: otherDecoder() }),
  },
});

describe("annealedVae", () => {
  it("has the loss and the gradients that PyTorch has", async () => {
    const [reference, { annealed }] = [await loadReference(), await loadObjectives()];
    const model = annealedVae({ ...referenceNetworks(reference.parameters), capacity: 5, gamma: 3 });
    await expectLoss(model, tf.tensor(reference.x), reference.noise, annealed!.loss, annealed!.gradients);
    model.dispose();
  });

  it("holds the divergence at the capacity of the step, from above and from below", async () => {
    const model = create({ capacity: linearSchedule({ from: 0, to: 30, steps: 10 }), gamma: 10 });
    const at = async (update: number) => {
      const values = tf.tidy(() => {
        const { total, parts } = model.objectives[0]!.loss(familyBatch(), stepContext(random(1), update));
        return tf.stack([total, parts!.reconstruction!, parts!.kl!, parts!.capacity!]);
      });
      const [total, reconstruction, kl, capacity] = (await values.array()) as number[];
      values.dispose();
      expect(total).toBeCloseTo(reconstruction! + 10 * Math.abs(kl! - capacity!), 3);
      return { kl: kl!, capacity: capacity! };
    };
    const [start, end] = [await at(0), await at(20)];
    expect([start.capacity, end.capacity]).toEqual([0, 30]);
    expect(start.kl).toBeGreaterThan(start.capacity);
    expect(end.kl).toBeLessThan(end.capacity);
    model.dispose();
  });
});
