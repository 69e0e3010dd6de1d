import { apply, applyAll, check, checkEncoderDecoder, checkShape, disposeNetworks } from "@latentkit/core";
import { gaussianSample } from "@latentkit/layers";
import { klStandardNormal, type Likelihood } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import type { Vae } from "../types.js";
import { logImportanceWeights } from "./log-importance-weights.js";

/** What the models of this family share: everything but how they are trained. */
export type GaussianLatentModel = Omit<Vae, "objectives" | "config">;

/** Checks that the networks and the likelihood fit together, and builds the capabilities that follow from them. */
export function gaussianLatentModel(
  owner: string,
  encoder: tf.LayersModel,
  decoder: tf.LayersModel,
  likelihood: Likelihood,
): GaussianLatentModel {
  const { dataShape, latentDim } = checkEncoderDecoder(owner, encoder, decoder, {
    encoderOutputs: ["mean", "log variance"],
    parametersPerValue: likelihood.parametersPerValue,
    reason: `${likelihood.name} likelihood`,
  });

  const posterior = (x: tf.Tensor): { mean: tf.Tensor2D; logVariance: tf.Tensor2D } => {
    checkShape(owner, "x", x.shape, dataShape);
    const [mean, logVariance] = applyAll(encoder, x) as [tf.Tensor2D, tf.Tensor2D];
    return { mean, logVariance };
  };
  const parametersOf = (z: tf.Tensor): tf.Tensor => {
    checkShape(owner, "z", z.shape, [null, latentDim]);
    return apply(decoder, z);
  };
  const encode = (x: tf.Tensor): tf.Tensor2D => tf.tidy(() => posterior(x).mean);
  const decode = (z: tf.Tensor): tf.Tensor => tf.tidy(() => likelihood.mean(parametersOf(z)));

  return {
    networks: { encoder, decoder },
    likelihood,
    latentDim,
    encode,
    decode,
    posterior: (x) => tf.tidy(() => posterior(x)),
    reconstruct: (x) => tf.tidy(() => decode(encode(x))),
    sample(count, random, { from = "mean" } = {}) {
      check(`${owner}.sample`).integer("count", count, { min: 1 });
      check(`${owner}.sample`).oneOf("from", from, ["mean", "distribution"]);
      return tf.tidy(() => {
        const parameters = parametersOf(random.normal([count, latentDim]));
        return from === "mean" ? likelihood.mean(parameters) : likelihood.sample(parameters, random);
      });
    },
    elbo: (x, random) =>
      tf.tidy(() => {
        const { mean, logVariance } = posterior(x);
        const parameters = parametersOf(gaussianSample(mean, logVariance, random));
        const reconstruction = likelihood.negativeLogLikelihood(x, parameters);
        const kl = klStandardNormal(mean, logVariance);
        return { elbo: tf.neg(tf.add(reconstruction, kl)) as tf.Tensor1D, reconstruction, kl };
      }),
    logImportanceWeights(x, count, random) {
      check(`${owner}.logImportanceWeights`).integer("count", count, { min: 1 });
      return tf.tidy(() => logImportanceWeights(x, posterior(x), parametersOf, likelihood, count, random));
    },
    checkBatch: ({ x }) => checkShape(owner, "batch.x", x.shape, dataShape),
    dispose: () => disposeNetworks([encoder, decoder]),
  };
}
