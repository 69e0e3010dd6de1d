import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  layerArguments,
  registerLayer,
  single,
} from "../internal/layer.js";

/** The layer behind {@link pixelNormalization}; a class because tfjs serialises by class name. */
export class PixelNormalization extends tf.layers.Layer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitPixelNormalization";

  constructor(options: LayerOptions = {}) {
    super(layerArguments(options));
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const x = single(inputs);
    return tf.tidy(() => tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-8))));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }
}
registerLayer(PixelNormalization);

/**
 * Scales the features of each place to length √channels: x / √(mean(x²) + 10⁻⁸) over the last axis. It keeps the signals of a generator
 * from escalating, and puts codes on a sphere.
 *
 * **Shapes** `[batch, …, channels]` → the same.
 *
 * **Source** Karras et al., "Progressive Growing of GANs for Improved Quality, Stability, and Variation", 2018, section 4.2.
 * https://arxiv.org/abs/1710.10196
 *
 * @throws ConfigError for options that are misspelt.
 * @example
 * ```ts
 * import { pixelNormalization } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * pixelNormalization().apply(tf.tensor2d([[3, 4]])); // [[0.849, 1.131]]
 * ```
 */
export function pixelNormalization(options: LayerOptions = {}): PixelNormalization {
  return new PixelNormalization(checkedLayer("pixelNormalization", {}, options));
}
