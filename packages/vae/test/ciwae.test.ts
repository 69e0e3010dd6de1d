import { allVariables, hold } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type CiwaeOptions, ciwae } from "../src/index.js";
import { familyBatch, familyNetworks, otherDecoder } from "./family.js";
import { referenceNetworks } from "./networks.js";
import { expectLoss, expectParts, loadObjectives, loadReference } from "./reference.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const create = (options: Partial<CiwaeOptions> & Record<string, unknown> = {}) =>
  ciwae({ ...familyNetworks(), samples: 3, ...options });

describeModel("ciwae", {
  factory: ciwae,
  create,
  batch: familyBatch,
  invalid: {
    "no samples": () => create({ samples: 0 }),
    "a share above 1": () => create({ beta: 1.5 }),
    "a misspelt option": () => create({ sample: 4 }),
    "a decoder of another code": () => create({ decoder: otherDecoder() }),
  },
});

describe("ciwae", () => {
  it("has the loss and the gradients that PyTorch has", async () => {
    const [reference, { ciwae: expected }] = [await loadReference(), await loadObjectives()];
    const model = ciwae({ ...referenceNetworks(reference.parameters), samples: 6, beta: 0.3 });
    await expectLoss(model, tf.tensor(reference.x), reference.noises, expected!.loss, expected!.gradients);
    model.dispose();
  });

  it("goes from the importance-weighted bound to the VAE's", async () => {
    const { parameters, x, noises } = await loadReference();
    const networks = referenceNetworks(parameters);
    const release = hold(allVariables(Object.values(networks)));
    const values: number[] = [];
    for (const beta of [0, 0.5, 1]) {
      const model = ciwae({ ...networks, samples: 6, beta });
      await expectParts(model, tf.tensor(x), noises, {}, (parts) => values.push(parts.total!, parts.meanLogWeight!));
      model.dispose();
    }
    expect(values[4]).toBeCloseTo(values[5]!, 5);
    expect(values[2]).toBeCloseTo((values[0]! + values[4]!) / 2, 4);
    expect(values[0]).toBeLessThan(values[4]!);
    release();
  });
});
