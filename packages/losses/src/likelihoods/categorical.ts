import { categoricalNoise, check, checkTensor } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { categoricalCrossEntropy } from "../categorical-cross-entropy.js";
import { drawLevel } from "../internal/draw-level.js";
import { dataShape } from "../internal/split-parameters.js";
import type { Likelihood } from "./likelihood.js";

/** Options of {@link categorical}. */
export interface CategoricalOptions {
  /** Value of the first level. Default 0. */
  readonly low?: number;
  /** Value of the last level. Default 1, as images are scaled; `levels − 1` for data that holds class numbers. */
  readonly high?: number;
}

/**
 * Values that take one of a few evenly spaced levels, each level with its own logit: quantised grey values without any
 * assumption on their distribution, or class numbers.
 *
 * Data is rounded to the nearest level.
 *
 * **Units** nats per example.
 *
 * **Source** van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks", 2016, section 2.3.
 * https://arxiv.org/abs/1601.06759
 *
 * @param levels - Number of levels, 2 or more: 256 for eight-bit images.
 * @throws ConfigError for fewer than two levels or `high` ≤ `low`.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { categorical } from "@latentkit/losses";
 * categorical(4).negativeLogLikelihood(tf.ones([1, 2]), tf.zeros([1, 8])).print(); // [2 log 4]
 * ```
 */
export function categorical(levels: number, options: CategoricalOptions = {}): Likelihood {
  const must = check("categorical");
  must.known(options, ["low", "high"]);
  const { low = 0, high = 1 } = options;
  must.integer("levels", levels, { min: 2 });
  must.number("low", low);
  must.number("high", high, { above: low });
  const step = (high - low) / (levels - 1);
  const toLevel = (x: tf.Tensor): tf.Tensor => tf.cast(tf.round(tf.div(tf.sub(x, low), step)), "int32");
  const toValue = (level: tf.Tensor): tf.Tensor => tf.add(tf.mul(level, step), low);
  const perLevel = (parameters: tf.Tensor): tf.Tensor => {
    const shape = dataShape("categorical", parameters, levels);
    return tf.reshape(parameters, [...shape, levels]); // [batch, …, values, levels]
  };
  return {
    name: "categorical",
    parametersPerValue: levels,
    support: { min: low, max: high, name: `values in [${low}, ${high}], for a categorical likelihood` },
    negativeLogLikelihood(x, parameters) {
      checkTensor("categorical", "x", x);
      return tf.tidy(() => categoricalCrossEntropy(toLevel(x), perLevel(parameters)));
    },
    mean: (parameters) =>
      tf.tidy(() => {
        const probabilities = tf.softmax(perLevel(parameters));
        return toValue(tf.sum(tf.mul(probabilities, tf.range(0, levels, 1, "float32")), -1));
      }),
    sample: (parameters, random) =>
      tf.tidy(() => toValue(tf.cast(categoricalNoise(random, perLevel(parameters)), "float32"))),
    places: {
      uniforms: (values) => values,
      draw: (logits, value, _, uniforms, temperature) =>
        low + step * drawLevel(logits, value * levels, levels, uniforms[value]!, temperature),
    },
    toJSON: () => ({ name: "categorical", levels, low, high }),
  };
}
