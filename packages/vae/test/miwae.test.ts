import { allVariables, hold, stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { iwae, type LatentVariableModel, type MiwaeOptions, miwae } from "../src/index.js";
import { familyBatch, familyNetworks, otherDecoder } from "./family.js";
import { referenceNetworks } from "./networks.js";
import { expectLoss, fixedNoise, loadObjectives, loadReference } from "./reference.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const create = (options: Partial<MiwaeOptions> & Record<string, unknown> = {}) =>
  miwae({ ...familyNetworks(), samples: 2, estimates: 2, ...options });

describeModel("miwae", {
  factory: miwae,
  create,
  batch: familyBatch,
  invalid: {
    "no samples": () => create({ samples: 0 }),
    "no estimates": () => create({ estimates: 0 }),
    "a misspelt option": () => create({ sample: 4 }),
    "a decoder of another code": () => create({ decoder: otherDecoder() }),
  },
});

describe("miwae", () => {
  it("has the loss and the gradients that PyTorch has", async () => {
    const [reference, { miwae: expected }] = [await loadReference(), await loadObjectives()];
    const model = miwae({ ...referenceNetworks(reference.parameters), samples: 3, estimates: 2 });
    await expectLoss(model, tf.tensor(reference.x), reference.noises, expected!.loss, expected!.gradients);
    model.dispose();
  });

  it("is the bound of the importance-weighted autoencoder for one estimate, and the VAE's for one sample", async () => {
    const { parameters, x, noises } = await loadReference();
    const networks = referenceNetworks(parameters);
    const of = async (model: LatentVariableModel) => {
      const { total, parts } = tf.tidy(() => {
        const loss = model.objectives[0]!.loss({ x: tf.tensor(x) }, stepContext(fixedNoise(noises)));
        return { total: loss.total, parts: { ...loss.parts } };
      });
      const [value, mean] = [(await total.data())[0]!, (await parts.meanLogWeight!.data())[0]!];
      tf.dispose([total, parts]);
      model.dispose();
      return { value, mean };
    };
    const release = hold(allVariables(Object.values(networks)));
    const one = await of(miwae({ ...networks, samples: 6, estimates: 1 }));
    const weighted = await of(iwae({ ...networks, samples: 6 }));
    const plain = await of(miwae({ ...networks, samples: 1, estimates: 6 }));
    expect(one.value).toBeCloseTo(weighted.value, 5);
    expect(plain.value).toBeCloseTo(plain.mean, 5);
    expect(plain.value).toBeGreaterThan(one.value);
    release();
  });
});
