import type { Support } from "@latentkit/core";
import { smoothSoftplus } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkExamples } from "./internal/check-examples.js";
import { sumPerExample } from "./internal/sum-per-example.js";
import type { ReconstructionLoss } from "./reconstruction-loss.js";

/** What can be scored as bits, or as probabilities of them. */
export const BITS: Support = { min: 0, max: 1, name: "values in [0, 1], for a bernoulli likelihood" };

/**
 * Cross-entropy of binary values under Bernoulli variables given by logits, summed over the values of an example:
 * Σ softplus(l) − x·l, which no logit overflows.
 *
 * For x in {0, 1} it is the negative log-likelihood. Grey values in [0, 1] are allowed, as is customary for digits; the
 * result is then the expected value over x drawn as bits with those probabilities, and no density of the grey values
 * (Loaiza-Ganem and Cunningham, "The continuous Bernoulli", 2019, https://arxiv.org/abs/1907.06845).
 *
 * **Shapes** `x`, `logits`: equal, `[batch, …]` → `[batch]`. **Units** nats per example.
 *
 * **Source** Kingma and Welling, "Auto-Encoding Variational Bayes", 2013, appendix C.1. https://arxiv.org/abs/1312.6114
 *
 * @throws ShapeError when the shapes differ; DataError for no examples.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { bernoulliCrossEntropy } from "@latentkit/losses";
 * bernoulliCrossEntropy(tf.tensor2d([[1, 0]]), tf.tensor2d([[0, 0]])).print(); // [2 log 2]
 * ```
 */
export const bernoulliCrossEntropy: ((x: tf.Tensor, logits: tf.Tensor) => tf.Tensor1D) & ReconstructionLoss =
  Object.assign(
    function bernoulliCrossEntropy(x: tf.Tensor, logits: tf.Tensor): tf.Tensor1D {
      checkExamples("bernoulliCrossEntropy", { x, logits });
      return tf.tidy(() => sumPerExample(tf.sub(smoothSoftplus(logits), tf.mul(x, logits))));
    },
    { support: BITS },
  );
