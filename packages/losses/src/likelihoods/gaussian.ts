import { check, checkRandom, checkTensor, smoothExp, smoothSoftplus } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { gaussianNegativeLogLikelihood } from "../gaussian-negative-log-likelihood.js";
import { splitPairs } from "../internal/split-parameters.js";
import type { Likelihood } from "./likelihood.js";

const FINITE = { name: "finite values, for a gaussian likelihood" } as const;

/** Options of {@link gaussian}. */
export interface GaussianOptions {
  /**
   * Standard deviation of every value, or `learned` for a second decoder output per value. Default 1, which makes the
   * negative log-likelihood half the squared error plus a constant.
   */
  readonly deviation?: number | "learned";
  /**
   * Bound that a learned deviation approaches from above. Default e⁻⁶: without one, pixels that never vary, such as the
   * border of digits, have a density without bound and training fails.
   */
  readonly minimumDeviation?: number;
}

/**
 * Real values with Gaussian noise of fixed or learned deviation.
 *
 * Learned: the second parameter s of a value gives log σ² = m + softplus(s − m), with m twice the logarithm of the
 * smallest deviation.
 *
 * **Units** nats per example.
 *
 * **Source** Kingma and Welling, "Auto-Encoding Variational Bayes", 2013, appendix C.2, https://arxiv.org/abs/1312.6114;
 * the bound: Rybkin, Daniilidis and Levine, "Simple and Effective VAE Training with Calibrated Decoders", 2021,
 * https://arxiv.org/abs/2006.13202.
 *
 * @throws ConfigError for a deviation ≤ 0 or an unknown option.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { gaussian } from "@latentkit/losses";
 * gaussian({ deviation: 0.1 }).negativeLogLikelihood(tf.ones([1, 2]), tf.zeros([1, 2])).print();
 * ```
 */
export function gaussian(options: GaussianOptions = {}): Likelihood {
  const must = check("gaussian");
  must.known(options, ["deviation", "minimumDeviation"]);
  const { deviation = 1, minimumDeviation = Math.exp(-6) } = options;
  must.number("minimumDeviation", minimumDeviation, { above: 0 });
  return deviation === "learned" ? learned(minimumDeviation) : fixed(must.number("deviation", deviation, { above: 0 }));
}

function fixed(deviation: number): Likelihood {
  return {
    name: "gaussian",
    support: FINITE,
    parametersPerValue: 1,
    negativeLogLikelihood: (x, mean) => gaussianNegativeLogLikelihood(x, mean, 2 * Math.log(deviation)),
    mean(parameters) {
      checkTensor("gaussian", "parameters", parameters);
      return tf.clone(parameters);
    },
    sample(parameters, random) {
      checkTensor("gaussian", "parameters", parameters);
      checkRandom("gaussian", random);
      return tf.tidy(() => tf.add(parameters, tf.mul(random.normal(parameters.shape), deviation)));
    },
    toJSON: () => ({ name: "gaussian", deviation }),
  };
}

function learned(minimumDeviation: number): Likelihood {
  const floor = 2 * Math.log(minimumDeviation);
  const split = (parameters: tf.Tensor): [mean: tf.Tensor, logVariance: tf.Tensor] => {
    const [mean, raw] = splitPairs("gaussian", parameters);
    return [mean, tf.add(smoothSoftplus(tf.sub(raw, floor)), floor)];
  };
  return {
    name: "gaussian",
    support: FINITE,
    parametersPerValue: 2,
    negativeLogLikelihood: (x, parameters) => tf.tidy(() => gaussianNegativeLogLikelihood(x, ...split(parameters))),
    mean: (parameters) => tf.tidy(() => split(parameters)[0]),
    sample: (parameters, random) =>
      tf.tidy(() => {
        checkRandom("gaussian", random);
        const [mean, logVariance] = split(parameters);
        return tf.add(mean, tf.mul(random.normal(mean.shape), smoothExp(tf.mul(logVariance, 0.5))));
      }),
    toJSON: () => ({ name: "gaussian", deviation: "learned", minimumDeviation }),
  };
}
