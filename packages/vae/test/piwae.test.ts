import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type PiwaeOptions, piwae } from "../src/index.js";
import { familyBatch, familyNetworks, otherDecoder } from "./family.js";
import { referenceNetworks } from "./networks.js";
import { expectLoss, loadObjectives, loadReference } from "./reference.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const create = (options: Partial<PiwaeOptions> & Record<string, unknown> = {}) =>
  piwae({ ...familyNetworks(), samples: 2, estimates: 2, ...options });

describeModel("piwae", {
  factory: piwae,
  create,
  batch: familyBatch,
  invalid: {
    "no samples": () => create({ samples: 0 }),
    "no estimates": () => create({ estimates: 0 }),
    "a misspelt option": () => create({ sample: 4 }),
    "a decoder of another code": () => create({ decoder: otherDecoder() }),
  },
});

describe("piwae", () => {
  it("moves the decoder by the tight bound and the encoder by the loose one", async () => {
    const [reference, objectives] = [await loadReference(), await loadObjectives()];
    const model = piwae({ ...referenceNetworks(reference.parameters), samples: 3, estimates: 2 });
    const x = tf.tensor(reference.x);
    expect(model.objectives.map(({ name }) => name)).toEqual(["decoder", "encoder"]);
    for (const objective of model.objectives) {
      const { loss, gradients } = objectives[`piwae-${objective.name}`]!;
      await expectLoss(model, x, reference.noises, loss, gradients, objective);
    }
    model.dispose();
  });
});
