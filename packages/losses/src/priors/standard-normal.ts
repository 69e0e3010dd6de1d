import type { Prior } from "@latentkit/core";
import { checkTensor, defineValue, truncatedNormal, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { standardNormalDivergence } from "../internal/standard-normal-divergence.js";
import { checkDraw } from "./check-draw.js";

const LOG_2_PI = Math.log(2 * Math.PI);

/**
 * The standard normal prior p(z) = N(0, I), of any size: what a variational autoencoder has unless told otherwise.
 *
 * Its divergence from diagonal Gaussians is closed, KL = −½ Σ (1 + γ − exp γ − μ²) with γ = log σ².
 *
 * **Units**: nats.
 *
 * **Source**: Kingma and Welling, "Auto-Encoding Variational Bayes", 2014, appendix B. https://arxiv.org/abs/1312.6114
 *
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { standardNormal } from "@latentkit/losses";
 * standardNormal().sample(4, 2, random(1)); // [4, 2]
 * ```
 */
export const standardNormal: ValueFactoryOf<object, Prior> = defineValue(
  "standardNormal",
  {},
  (): Prior => ({
    name: "standardNormal",
    sample(count, latentDim, random, draw) {
      const { temperature, truncation } = checkDraw("standardNormal", count, latentDim, random, draw);
      return tf.tidy(() => {
        const shape = [count, latentDim];
        const noise = truncation === undefined ? random.normal(shape) : truncatedNormal(random, shape, truncation);
        return (temperature === 1 ? noise : tf.mul(noise, temperature)) as tf.Tensor2D;
      });
    },
    logDensity(z) {
      checkTensor("standardNormal", "z", z);
      return tf.tidy(() => tf.sum(tf.mul(-0.5, tf.add(tf.square(z), LOG_2_PI)), -1));
    },
    klFromGaussian: (mean, logVariance) => tf.tidy(() => standardNormalDivergence(mean, logVariance)),
    toJSON: () => ({ name: "standardNormal" }),
  }),
);
