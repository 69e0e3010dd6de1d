import { readFile } from "node:fs/promises";
import { random } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { gaussian } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type IwaeOptions, iwae, vae } from "../src/index.js";
import { type LinearGaussian, linearNetworks, referenceNetworks } from "./networks.js";
import { expectLoss, loadReference } from "./reference.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const inputShape = [4, 4, 1];
const networks = () => ({
  encoder: mlpGaussianEncoder({ inputShape, hiddenUnits: [8], latentDim: 3, seed: 1 }),
  decoder: mlpDecoder({ latentDim: 3, hiddenUnits: [8], outputShape: inputShape, seed: 2 }),
});
const refused = (options: Partial<IwaeOptions> & Record<string, unknown>) => () => iwae({ ...networks(), ...options });

describeModel("iwae", {
  factory: iwae,
  create: () => iwae({ ...networks(), samples: 3 }),
  batch: () => ({ x: random(5).uniform([4, ...inputShape]) }),
  invalid: {
    "no samples": refused({ samples: 0 }),
    "a misspelt option": refused({ sample: 4 }),
    "a decoder of another code": refused({
      decoder: mlpDecoder({ latentDim: 2, hiddenUnits: [8], outputShape: inputShape }),
    }),
  },
});

describe("iwae", () => {
  it("has the loss and the gradients that PyTorch has", async () => {
    const reference = await loadReference();
    const model = iwae({ ...referenceNetworks(reference.parameters), samples: 6 });
    await expectLoss(model, tf.tensor(reference.x), reference.noises, reference.iwaeLoss, reference.iwaeGradients);
    model.dispose();
  });

  it("minimises −log p(x) itself when the posterior is exact, whatever k and the noise are", async () => {
    const pca: LinearGaussian = JSON.parse(
      await readFile(new URL("fixtures/linear-gaussian.json", import.meta.url), "utf8"),
    );
    const expected = -pca.logLikelihood.reduce((sum, value) => sum + value, 0) / pca.logLikelihood.length;
    for (const samples of [1, 7]) {
      const likelihood = gaussian({ deviation: pca.deviation });
      const model = iwae({ ...linearNetworks(pca), likelihood, samples });
      const loss = tf.tidy(
        () => model.objectives[0]!.loss({ x: tf.tensor(pca.x) }, stepContext(random(samples))).total,
      );
      expect((await loss.data())[0]).toBeCloseTo(expected, 4);
      loss.dispose();
      model.dispose();
    }
  });

  it("bounds more tightly than the VAE of the same networks, by Jensen's inequality for every draw", async () => {
    const model = iwae({ ...networks(), samples: 20 });
    const values = tf.tidy(() => {
      const x = random(5).uniform([4, ...inputShape]);
      const { total, parts } = model.objectives[0]!.loss({ x }, stepContext(random(1)));
      return tf.stack([total, parts!.meanLogWeight!]);
    });
    const [loss, meanLogWeight] = await values.data();
    expect(loss).toBeLessThan(meanLogWeight!);
    values.dispose();
    model.dispose();
  });

  it("has the capabilities of the VAE of the same networks", async () => {
    const [trained, plain] = [iwae({ ...networks(), samples: 2 }), vae(networks())];
    const [a, b] = [trained.sample(3, random(1)), plain.sample(3, random(1))];
    expect(await a.data()).toEqual(await b.data());
    tf.dispose([a, b]);
    trained.dispose();
    plain.dispose();
  });
});
