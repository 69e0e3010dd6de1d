import type { Batch, Random } from "@latentkit/core";
import { bernoulliNoise, check, number, optional, resolveOptions, text } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Transform } from "./array-dataset.js";

/** Options of {@link binarize}. */
export interface BinarizeOptions {
  /** Ones where the value is above this, the same in every pass. Without it each value is a probability to draw with. */
  readonly threshold?: number;
  /** Field to make binary. Default `x`. */
  readonly field?: string;
}

const OPTIONS = { threshold: optional(number()), field: text({ default: "x" }) };

/**
 * A map that makes images of zeros and ones: fresh Bernoulli draws in each pass, with the grey values as probabilities, or
 * a threshold.
 *
 * Dynamic binarisation augments the data, and is what published log-likelihoods of MNIST use; say which you used.
 *
 * **Shapes** the field keeps its shape, float32 values 0 and 1.
 *
 * **Source** Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", 2016, section 5.
 * https://arxiv.org/abs/1509.00519
 *
 * @throws ConfigError when an option cannot work, or the batch has no such field.
 * @example
 * ```ts
 * import { binarize, glyphs } from "@latentkit/data";
 * const dynamic = glyphs({ count: 100 }).map(binarize());
 * const fixed = glyphs({ count: 100 }).map(binarize({ threshold: 0.5 }));
 * ```
 */
export function binarize<B extends Batch>(options: BinarizeOptions = {}): Transform<B, B> {
  const { threshold, field } = resolveOptions("binarize", OPTIONS, options);
  return (batch: B, random: Random) => {
    const values = batch[field];
    check("binarize").that("field", field, values !== undefined, `one of '${Object.keys(batch).join("', '")}'`);
    const binary =
      threshold === undefined
        ? bernoulliNoise(random, values as tf.Tensor)
        : tf.cast(tf.greater(values as tf.Tensor, threshold), "float32");
    return { ...batch, [field]: binary };
  };
}
