import type { Posterior } from "@latentkit/core";
import { defineValue, reparameterize, smoothExp, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

const LOG_2_PI = Math.log(2 * Math.PI);

/**
 * The diagonal Gaussian posterior q(z|x) = N(μ, σ² I), of an encoder that gives μ and γ = log σ²; drawn as z = μ + exp(γ/2)·ε so
 * that gradients reach the encoder.
 *
 * **Shapes**: two outputs `[batch, latentDim]`. **Units**: nats.
 *
 * **Source**: Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, section 2.4 and appendix B.
 * https://arxiv.org/abs/1312.6114
 *
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { gaussianPosterior } from "@latentkit/losses";
 * import * as tf from "@tensorflow/tfjs";
 * const outputs = [tf.zeros<tf.Rank.R2>([4, 2]), tf.zeros<tf.Rank.R2>([4, 2])];
 * gaussianPosterior().draw(outputs, random(1)).z; // [4, 2]
 * ```
 */
export const gaussianPosterior: ValueFactoryOf<object, Posterior> = defineValue(
  "gaussianPosterior",
  {},
  (): Posterior => ({
    name: "gaussianPosterior",
    outputs: ["mean", "log variance"],
    code: ([mean]) => tf.clone(mean!),
    draw([mean, logVariance], random, count) {
      const rows = (x: tf.Tensor): tf.Tensor => (count === undefined ? x : tf.expandDims(x, 1));
      const [batch, latentDim] = mean!.shape;
      const noise = random.normal(count === undefined ? [batch, latentDim] : [batch, count, latentDim]);
      const spread = rows(logVariance!);
      return {
        z: reparameterize(rows(mean!), spread, noise),
        logDensity: () => tf.sum(tf.mul(-0.5, tf.add(tf.add(tf.square(noise), spread), LOG_2_PI)), -1),
      };
    },
    logDensity: (outputs, z) => tf.tidy(() => tf.sum(logDensityByDimension(outputs, z), -1)),
    moments: ([mean, logVariance]) => ({ mean: mean!, logVariance: logVariance! }),
    kl: ([mean, logVariance], prior) => prior.klFromGaussian?.(mean!, logVariance!),
    logDensityByDimension,
    toJSON: () => ({ name: "gaussianPosterior" }),
  }),
);

function logDensityByDimension([mean, logVariance]: readonly tf.Tensor[], z: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const distance = tf.mul(tf.square(tf.sub(z, mean!)), smoothExp(tf.neg(logVariance!)));
    return tf.mul(-0.5, tf.add(tf.add(distance, logVariance!), LOG_2_PI));
  });
}
