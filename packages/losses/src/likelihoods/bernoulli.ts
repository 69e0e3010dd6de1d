import { bernoulliNoise, checkTensor, smoothSigmoid } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { BITS, bernoulliCrossEntropy } from "../bernoulli-cross-entropy.js";
import type { Likelihood, PlaceLikelihood } from "./likelihood.js";

/**
 * Binary values, or grey values in [0, 1] read as probabilities of a one; the parameter is the logit.
 *
 * Use it for black-and-white images and, as is customary, for grey digits: see {@link bernoulliCrossEntropy}.
 *
 * **Units** nats per example.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bernoulli } from "@latentkit/losses";
 * bernoulli().negativeLogLikelihood(tf.ones([1, 2]), tf.zeros([1, 2])).print(); // [2 log 2]
 * ```
 */
export function bernoulli(): Likelihood {
  return {
    name: "bernoulli",
    parametersPerValue: 1,
    support: BITS,
    negativeLogLikelihood: bernoulliCrossEntropy,
    mean(parameters) {
      checkTensor("bernoulli", "parameters", parameters);
      return tf.tidy(() => smoothSigmoid(parameters));
    },
    sample(parameters, random) {
      checkTensor("bernoulli", "parameters", parameters);
      return tf.tidy(() => bernoulliNoise(random, tf.sigmoid(parameters)));
    },
    places: { uniforms: (values) => values, draw },
    toJSON: () => ({ name: "bernoulli" }),
  };
}

const draw: PlaceLikelihood["draw"] = (logits, value, _, uniforms, temperature) => {
  const logit = logits[value]!;
  if (temperature === 0) return logit > 0 ? 1 : 0;
  return uniforms[value]! < 1 / (1 + Math.exp(-logit / temperature)) ? 1 : 0;
};
