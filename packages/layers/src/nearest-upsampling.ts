import { integer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  layerArguments,
  layerOptions,
  registerLayer,
  single,
  singleShape,
} from "./internal/layer.js";

/** Options of {@link nearestUpsampling}. */
export interface NearestUpsamplingOptions extends LayerOptions {
  /** How often each pixel is repeated along height and width. Default 2. */
  readonly factor?: number;
}

const SPECIFICATION = { factor: integer({ min: 1, default: 2 }) } satisfies SpecificationOf<
  Omit<NearestUpsamplingOptions, keyof LayerOptions>
>;

/** The layer behind {@link nearestUpsampling}; a class because tfjs serialises by class name. */
export class NearestUpsampling extends tf.layers.Layer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitNearestUpsampling";
  /** How often each pixel is repeated along height and width. */
  readonly factor: number;

  constructor(options: NearestUpsamplingOptions = {}) {
    super(layerArguments(options));
    this.factor = layerOptions("nearestUpsampling", SPECIFICATION, options).factor;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => {
      const x = single(inputs);
      const [batch, height, width, channels] = x.shape as [number, number, number, number];
      const f = this.factor;
      // Products with ones repeat by broadcasting: their gradients can be differentiated again, a resize's cannot.
      const columns = tf.mul(tf.reshape(x, [batch * height, width, 1, channels]), tf.ones([1, 1, f, 1]));
      const rows = tf.mul(tf.reshape(columns, [batch * height, 1, width * f * channels]), tf.ones([1, f, 1]));
      return tf.reshape(rows, [batch, height * f, width * f, channels]);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width, channels] = singleShape(inputShape) as [null, number | null, number | null, number];
    const grown = (size: number | null): number | null => (size === null ? null : size * this.factor);
    return [batch, grown(height), grown(width), channels];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), factor: this.factor };
  }
}
registerLayer(NearestUpsampling);

/**
 * Repeats every pixel `factor` times along height and width. Followed by a convolution it is the upsampling of decoders
 * without the checkerboard pattern of transposed convolutions.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, height · factor, width · factor, channels]`.
 *
 * **Source** Odena, Dumoulin and Olah, "Deconvolution and Checkerboard Artifacts", 2016.
 * https://distill.pub/2016/deconv-checkerboard
 *
 * @throws ConfigError for a factor that is no integer ≥ 1.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { nearestUpsampling } from "@latentkit/layers";
 * const large = nearestUpsampling({ factor: 2 }).apply(tf.ones([1, 7, 7, 3])) as tf.Tensor; // [1, 14, 14, 3]
 * ```
 */
export function nearestUpsampling(options: NearestUpsamplingOptions = {}): NearestUpsampling {
  return new NearestUpsampling(checkedLayer("nearestUpsampling", SPECIFICATION, options));
}
