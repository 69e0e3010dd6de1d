import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  layerArguments,
  pictureAndVector,
  registerLayer,
} from "../internal/layer.js";

/** The layer behind {@link adaptiveInstanceNormalization}; a class because tfjs serialises by class name. */
export class AdaptiveInstanceNormalization extends tf.layers.Layer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitAdaptiveInstanceNormalization";

  constructor(options: LayerOptions = {}) {
    super(layerArguments(options));
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const expected = "[pictures [batch, height, width, channels], styles [batch, 2 · channels]]";
    pictureAndVector("adaptiveInstanceNormalization", inputShape, expected, (picture, style) => {
      return picture.length === 4 && style[1] === 2 * picture[3]!;
    });
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const [x, style] = inputs as [tf.Tensor4D, tf.Tensor2D];
    return tf.tidy(() => {
      const [batch, , , channels] = x.shape;
      const centred = tf.sub(x, tf.mean(x, [1, 2], true));
      const variance = tf.mean(tf.square(centred), [1, 2], true);
      const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-8)));
      const [scale, shift] = tf.split(tf.reshape(style, [batch, 1, 1, 2 * channels]), 2, 3);
      return tf.add(tf.mul(normal, tf.add(scale!, 1)), shift!);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return (inputShape as tf.Shape[])[0]!;
  }
}
registerLayer(AdaptiveInstanceNormalization);

/**
 * Gives each channel of each picture the mean and the deviation that its style says:
 *
 *     AdaIN(x, s) = (1 + s₁) · (x − μ(x)) / σ(x) + s₂,
 *
 * μ and σ over the places of one channel of one picture; s₁ is told as the difference from 1.
 *
 * **Shapes** `[batch, height, width, channels]` and styles `[batch, 2 · channels]`, scales first → `[batch, height, width, channels]`.
 *
 * **Source** Karras, Laine and Aila, "A Style-Based Generator Architecture for Generative Adversarial Networks", 2019, equation 1.
 * https://arxiv.org/abs/1812.04948
 *
 * @throws ShapeError when the inputs have other shapes.
 * @example
 * ```ts
 * import { adaptiveInstanceNormalization } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * adaptiveInstanceNormalization().apply([tf.randomUniform([2, 4, 4, 3]), tf.zeros([2, 6])]); // [2, 4, 4, 3]
 * ```
 */
export function adaptiveInstanceNormalization(options: LayerOptions = {}): AdaptiveInstanceNormalization {
  return new AdaptiveInstanceNormalization(checkedLayer("adaptiveInstanceNormalization", {}, options));
}
