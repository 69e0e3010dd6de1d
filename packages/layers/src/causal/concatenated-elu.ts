import { smoothExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  layerArguments,
  registerLayer,
  single,
  singleShape,
} from "../internal/layer.js";

/** The layer behind {@link concatenatedElu}; a class because tfjs serialises by class name. */
export class ConcatenatedElu extends tf.layers.Layer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitConcatenatedElu";

  constructor(options: LayerOptions = {}) {
    super(layerArguments(options));
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => {
      const x = single(inputs);
      const y = tf.concat([x, tf.neg(x)], -1);
      // The exponent is kept ≤ 0, so that the unused branch cannot overflow.
      return tf.add(tf.relu(y), tf.sub(smoothExp(tf.neg(tf.relu(tf.neg(y)))), 1));
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shape = singleShape(inputShape);
    return [...shape.slice(0, -1), shape.at(-1)! * 2];
  }
}
registerLayer(ConcatenatedElu);

/**
 * ELU of the channels and of their negatives, side by side: nothing is cut off, and the next layer has twice the inputs.
 *
 * **Shapes** `[batch, …, channels]` → `[batch, …, 2 · channels]`.
 *
 * **Source** Shang et al., "Understanding and Improving Convolutional Neural Networks via Concatenated Rectified Linear Units", 2016,
 * https://arxiv.org/abs/1603.05201; with ELU: Salimans et al., "PixelCNN++", 2017, https://arxiv.org/abs/1701.05517
 *
 * @example
 * ```ts
 * import { concatenatedElu } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * concatenatedElu().apply(tf.tensor2d([[1]])); // [[1, e⁻¹ − 1]]
 * ```
 */
export function concatenatedElu(options: LayerOptions = {}): ConcatenatedElu {
  return new ConcatenatedElu(checkedLayer("concatenatedElu", {}, options));
}
