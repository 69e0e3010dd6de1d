import { ConfigError, random, ShapeError } from "@latentkit/core";
import { allVariables, hold } from "@latentkit/core/authoring";
import { describeModel } from "@latentkit/core/testing";
import { mlpDecoder, mlpEncoder, mlpGaussianEncoder } from "@latentkit/layers";
import { bernoulli, binaryPosterior, binaryPrior, categoricalPosterior, categoricalPrior } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { vae } from "../src/index.js";
import { familyBatch, familyShape } from "./family.js";

tf.enableProdMode();
beforeAll(async () => {
  await tf.setBackend("cpu");
});

const sizes = { variables: 2, classes: 3 };
const networks = () => ({
  encoder: mlpEncoder({ inputShape: familyShape, hiddenUnits: [8], latentDim: 6, seed: 1 }),
  decoder: mlpDecoder({ outputShape: familyShape, hiddenUnits: [8], latentDim: 6, seed: 2 }),
});
const categorical = () => ({ posterior: categoricalPosterior(sizes), prior: categoricalPrior(sizes) });
const binary = () => ({ posterior: binaryPosterior(), prior: binaryPrior({ probability: 0.3 }) });
const refused = (options: object) => () => vae({ ...networks(), ...options });

describeModel("vae of categorical codes", {
  factory: vae,
  create: () => vae({ ...networks(), ...categorical(), freeBits: 0.1 }),
  batch: familyBatch,
  invalid: {
    "a prior of real numbers": refused({ posterior: categoricalPosterior(sizes) }),
    "a prior of other classes": refused({
      posterior: categoricalPosterior(sizes),
      prior: categoricalPrior({ variables: 3, classes: 2 }),
    }),
    "codes of another size": refused({
      posterior: categoricalPosterior({ variables: 3, classes: 3 }),
      prior: categoricalPrior({ variables: 3, classes: 3 }),
    }),
  },
});
describeModel("vae of binary codes", {
  factory: vae,
  create: () => vae({ ...networks(), ...binary() }),
  batch: familyBatch,
  invalid: {
    "a prior of real numbers": refused({ posterior: binaryPosterior() }),
    "a prior of one-hot codes": refused({ posterior: binaryPosterior(), prior: categoricalPrior(sizes) }),
    "an encoder of Gaussians": () =>
      vae({
        ...networks(),
        ...binary(),
        encoder: mlpGaussianEncoder({ inputShape: familyShape, hiddenUnits: [8], latentDim: 6 }),
      }),
  },
});

/** All codes of `variables` variables of `classes` classes, one-hot; or all of zeros and ones. */
const oneHotCodes = Array.from({ length: 9 }, (_, i) =>
  [Math.floor(i / 3), i % 3].flatMap((k) => [0, 1, 2].map((j) => (j === k ? 1 : 0))),
);
const binaryCodes = Array.from({ length: 64 }, (_, i) => Array.from({ length: 6 }, (_, bit) => (i >> bit) & 1));

describe("vae of discrete codes", () => {
  it.each([
    ["categorical", categorical, oneHotCodes],
    ["binary", binary, binaryCodes],
  ] as const)(
    "bounds log p(x), summed over all codes, by the bound summed over all codes: %s",
    async (_, values, codes) => {
      const model = vae({ ...networks(), ...values() });
      const x = familyBatch().x.slice(0, 1);
      // log p(x|z) + log p(z) and q(z|x) of every code, from the networks themselves.
      const [joint, q] = tf.tidy(() => {
        const z = tf.tensor2d(codes as number[][]);
        const told = model.networks.decoder.predict(z) as tf.Tensor;
        const likelihood = tf.neg(bernoulli().negativeLogLikelihood(tf.tile(x, [codes.length, 1, 1, 1]), told));
        const logits = tf.tile(model.networks.encoder.predict(x) as tf.Tensor2D, [codes.length, 1]);
        const groups = codes === oneHotCodes ? tf.softmax(tf.reshape(logits, [-1, 2, 3])) : tf.sigmoid(logits);
        const shares = tf.reshape(groups, [codes.length, 6]);
        const each =
          codes === oneHotCodes
            ? tf.add(tf.mul(z, shares), tf.sub(1, z))
            : tf.add(tf.mul(z, shares), tf.mul(tf.sub(1, z), tf.sub(1, shares)));
        return [tf.add(likelihood, model.prior.logDensity(z)), tf.prod(each, 1)];
      });
      const [logJoint, shares] = [[...(await joint.data())], [...(await q.data())]];
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 4);
      const evidence = Math.log(logJoint.reduce((sum, value) => sum + Math.exp(value), 0));
      const bound = shares.reduce((sum, share, i) => sum + share * (logJoint[i]! - Math.log(share)), 0);
      expect(bound).toBeLessThan(evidence);

      const draws = 2000;
      const many = tf.tile(x, [draws, 1, 1, 1]);
      const parts = model.elbo(many, random(1));
      const elbos = [...(await parts.elbo.data())];
      const mean = elbos.reduce((a, b) => a + b) / draws;
      const error = Math.sqrt(elbos.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws / draws);
      expect(Math.abs(mean - bound)).toBeLessThan(5 * error); // five standard errors
      const weights = model.logImportanceWeights(x, 4000, random(2));
      const values4000 = [...(await weights.data())];
      const weighted = Math.log(values4000.reduce((sum, value) => sum + Math.exp(value), 0) / 4000);
      expect(Math.abs(weighted - evidence)).toBeLessThan(0.05);
      tf.dispose([x, many, joint, q, weights, parts.elbo, parts.reconstruction, parts.kl]);
      model.dispose();
    },
  );

  it("says which prior it needs, and that there is no Gaussian to tell", () => {
    const parts = networks();
    const release = hold(allVariables(Object.values(parts)));
    expect(() => vae({ ...parts, posterior: categoricalPosterior(sizes) })).toThrow(/codes that are one of 3/);
    expect(() => vae({ ...parts, ...categorical(), posterior: binaryPosterior() })).toThrow(ConfigError);
    const sized = {
      posterior: categoricalPosterior({ ...sizes, variables: 3 }),
      prior: categoricalPrior({ ...sizes, variables: 3 }),
    };
    expect(() => vae({ ...parts, ...sized })).toThrow(ShapeError);
    const model = vae({ ...parts, ...categorical() });
    const { x } = familyBatch();
    expect(() => model.posterior(x)).toThrow(/categoricalPosterior/);
    x.dispose();
    model.dispose();
    release();
  });
});
