import { readFile } from "node:fs/promises";
import { ConfigError, random } from "@latentkit/core";
import { allVariables, hold, stepContext, trainableVariables } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { gaussian } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type IwaeOptions, iwae } from "../src/index.js";
import { familyBatch, familyNetworks, silentPosterior } from "./family.js";
import { type LinearGaussian, linearNetworks, referenceNetworks } from "./networks.js";
import { expectLoss, loadObjectives, loadReference } from "./reference.js";

tf.enableProdMode();
let pca: LinearGaussian;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pca = JSON.parse(await readFile(new URL("fixtures/linear-gaussian.json", import.meta.url), "utf8"));
});

const gradient = "doublyReparameterised";
const create = (options: Partial<IwaeOptions> = {}) => iwae({ ...familyNetworks(), samples: 3, gradient, ...options });

describeModel("iwae, doubly reparameterised", {
  factory: iwae,
  create,
  batch: familyBatch,
  invalid: {
    "an unknown gradient": () => create({ gradient: "single" as never }),
    "a posterior without densities": () => create({ posterior: silentPosterior }),
  },
});

/** Gradients of the encoder's biases in many runs on one example: means, and standard deviations of one run. */
async function biasGradients(options: Pick<IwaeOptions, "samples" | "gradient">, error: number, runs: number) {
  const copies = 60;
  const model = iwae({ ...linearNetworks(pca, error), likelihood: gaussian({ deviation: pca.deviation }), ...options });
  const [objective] = model.objectives;
  const variables = trainableVariables([model.networks.encoder]).filter(({ shape }) => shape.length === 1);
  const x = tf.tile(tf.tensor2d([pca.x[0]!]), [copies, 1]);
  const rows: number[][] = [];
  for (let seed = 0; seed < runs; seed++) {
    const { value, grads } = tf.variableGrads(
      () => objective!.loss({ x }, stepContext(random(seed), 0, true)).total,
      variables,
    );
    const found = await Promise.all(variables.map(({ name }) => grads[name]!.data()));
    rows.push(found.flatMap((values) => [...values]));
    tf.dispose([value, grads as never]);
  }
  x.dispose();
  model.dispose();
  const mean = rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / runs);
  const deviation = mean.map((m, i) => Math.sqrt(rows.reduce((sum, row) => sum + (row[i]! - m) ** 2, 0) / runs));
  return { mean, deviation };
}

describe("the doubly reparameterised gradient of the importance-weighted bound", () => {
  it("is what automatic differentiation in PyTorch gives for Tucker's equation 8, with the same loss", async () => {
    const [reference, { doubly }] = [await loadReference(), await loadObjectives()];
    const model = iwae({ ...referenceNetworks(reference.parameters), samples: 6, gradient });
    await expectLoss(model, tf.tensor(reference.x), reference.noises, doubly!.loss, doubly!.gradients);
    model.dispose();
  });

  it("is the VAE's for one sample: −∂ELBO/∂φ of a wrong posterior in closed form", async () => {
    const [error, runs] = [0.3, 12];
    const { mean, deviation } = await biasGradients({ samples: 1, gradient }, error, runs);
    // KL(N(m + e, v·exp e) ‖ N(m, v)): ∂/∂m = e/v and ∂/∂γ = (exp e − 1)/2 in each dimension.
    const expected = [
      ...pca.logVariance.map((gamma) => error / Math.exp(gamma)),
      ...pca.logVariance.map(() => (Math.exp(error) - 1) / 2),
    ];
    for (const [i, value] of expected.entries()) {
      expect(Math.abs(mean[i]! - value)).toBeLessThan((5 * deviation[i]!) / Math.sqrt(runs)); // five standard errors
    }
  });

  it("has the mean of the plain gradient, without bias", async () => {
    const runs = 16;
    const plain = await biasGradients({ samples: 4, gradient: "reparameterised" }, 1, runs);
    const doubly = await biasGradients({ samples: 4, gradient }, 1, runs);
    for (const [i, value] of plain.mean.entries()) {
      const error = Math.hypot(plain.deviation[i]!, doubly.deviation[i]!) / Math.sqrt(runs);
      expect(Math.abs(doubly.mean[i]! - value)).toBeLessThan(5 * error);
      expect(error).toBeLessThan(0.05 * Math.max(...plain.mean.map(Math.abs))); // so that a wrong mean would be seen
    }
  });

  it("tells the encoder more, not less, as samples grow", async () => {
    const ratio = async (samples: number, kind: IwaeOptions["gradient"]) => {
      const { mean, deviation } = await biasGradients({ samples, gradient: kind! }, 0.5, 8);
      return mean.reduce((sum, value, i) => sum + Math.abs(value) / deviation[i]!, 0) / mean.length;
    };
    const [few, many] = [await ratio(2, gradient), await ratio(32, gradient)];
    const [fewPlain, manyPlain] = [await ratio(2, "reparameterised"), await ratio(32, "reparameterised")];
    expect(many).toBeGreaterThan(1.2 * few);
    expect(manyPlain).toBeLessThan(fewPlain);
    expect(many).toBeGreaterThan(3 * manyPlain);
  });

  it("vanishes for the exact posterior, where there is nothing to learn, and the plain one does not", async () => {
    const doubly = await biasGradients({ samples: 5, gradient }, 0, 2);
    const plain = await biasGradients({ samples: 5, gradient: "reparameterised" }, 0, 2);
    for (const [i, deviation] of doubly.deviation.entries()) {
      expect(Math.abs(doubly.mean[i]!)).toBeLessThan(1e-5);
      expect(deviation).toBeLessThan(1e-5);
      expect(plain.deviation[i]! + Math.abs(plain.mean[i]!)).toBeGreaterThan(1e-3);
    }
  });

  it("asks for a posterior that tells the density of any code, and the plain one does not", () => {
    const networks = familyNetworks();
    const release = hold(allVariables(Object.values(networks)));
    expect(() => iwae({ ...networks, posterior: silentPosterior, gradient })).toThrow(ConfigError);
    expect(iwae({ ...networks, posterior: silentPosterior }).kind).toBe("iwae");
    release();
  });
});
