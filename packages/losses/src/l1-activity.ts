import * as tf from "@tensorflow/tfjs";
import { absolute } from "./internal/absolute.js";
import { checkExamples } from "./internal/check-examples.js";
import { sumPerExample } from "./internal/sum-per-example.js";

/**
 * The L1 penalty on activations: Σ |z| over the units of each example. It makes most units of a code exactly or
 * nearly silent.
 *
 * Its gradient is 0 at 0.
 *
 * **Shapes** `activations`: `[batch, …]` → `[batch]`.
 *
 * **Source** Ng, "Sparse autoencoder", CS294A lecture notes, 2011; Olshausen and Field, "Emergence of simple-cell
 * receptive field properties by learning a sparse code for natural images", 1996.
 *
 * @throws ShapeError without a batch axis; DataError for no examples.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { l1Activity } from "@latentkit/losses";
 * l1Activity(tf.tensor2d([[1, -1], [0, 4]])).print(); // [2, 4]
 * ```
 */
export function l1Activity(activations: tf.Tensor): tf.Tensor1D {
  checkExamples("l1Activity", { activations });
  return tf.tidy(() => sumPerExample(absolute(activations)));
}
