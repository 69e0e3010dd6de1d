import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  layerArguments,
  pictureAndVector,
  registerLayer,
} from "../internal/layer.js";

/** The layer behind {@link addVector}; a class because tfjs serialises by class name. */
export class AddVector extends tf.layers.Layer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitAddVector";

  constructor(options: LayerOptions = {}) {
    super(layerArguments(options));
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const expected = "[pictures [batch, …, channels], vectors [batch, channels]]";
    pictureAndVector("addVector", inputShape, expected, (picture, vector) => picture.at(-1) === vector.at(-1));
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const [x, vector] = inputs as [tf.Tensor, tf.Tensor2D];
    return tf.tidy(() => {
      const ones = x.shape.slice(1, -1).map(() => 1);
      return tf.add(x, tf.reshape(vector, [vector.shape[0], ...ones, vector.shape[1]]));
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return (inputShape as tf.Shape[])[0]!;
  }
}
registerLayer(AddVector);

/**
 * Adds a vector to every place of a picture: how a condition reaches all pixels.
 *
 * **Shapes** `[batch, …, channels]` and `[batch, channels]` → `[batch, …, channels]`.
 *
 * **Source** van den Oord et al., "Conditional Image Generation with PixelCNN Decoders", 2016, equation 4.
 * https://arxiv.org/abs/1606.05328
 *
 * @throws ShapeError when the inputs have other shapes.
 * @example
 * ```ts
 * import { addVector } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * addVector().apply([tf.zeros([1, 2, 2, 3]), tf.tensor2d([[1, 2, 3]])]);
 * ```
 */
export function addVector(options: LayerOptions = {}): AddVector {
  return new AddVector(checkedLayer("addVector", {}, options));
}
