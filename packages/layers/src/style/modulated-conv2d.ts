import { flag, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  pictureAndVector,
  registerLayer,
} from "../internal/layer.js";
import { EQUALIZED, EqualizedLayer, type EqualizedOptions, SIZE } from "./equalized.js";

/** Options of {@link modulatedConv2d}. */
export interface ModulatedConv2dOptions extends EqualizedOptions {
  /** Output channels. */
  readonly filters: number;
  /** Height and width of the kernel. */
  readonly kernelSize: number;
  /** Divides each example's kernel by its length, so that styles do not change the size of what comes out. Default true. */
  readonly demodulate?: boolean;
}

const SPECIFICATION = {
  filters: SIZE,
  kernelSize: SIZE,
  demodulate: flag({ default: true }),
  ...EQUALIZED,
} satisfies SpecificationOf<Omit<ModulatedConv2dOptions, keyof LayerOptions>>;

/** The layer behind {@link modulatedConv2d}; a class because tfjs serialises by class name. */
export class ModulatedConv2d extends EqualizedLayer<ModulatedConv2dOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitModulatedConv2d";

  constructor(options: ModulatedConv2dOptions) {
    super("modulatedConv2d", SPECIFICATION, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const expected = "[pictures [batch, height, width, channels], styles [batch, channels]]";
    const [, style] = pictureAndVector("modulatedConv2d", inputShape, expected, (picture, own) => {
      return picture.length === 4 && picture[3] === own[1];
    });
    const { kernelSize, filters } = this.options;
    this.addWeights([kernelSize, kernelSize, style.at(-1)!, filters]);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const [x, style] = inputs as [tf.Tensor4D, tf.Tensor2D];
    return tf.tidy(() => {
      const kernel = this.kernel<tf.Tensor4D>();
      const [batch, channels] = style.shape;
      // A kernel of each example's own, w·s, gives what one kernel gives of x·s.
      const scaled = tf.mul(x, tf.reshape(style, [batch, 1, 1, channels]));
      const y = tf.conv2d(scaled as tf.Tensor4D, kernel, 1, "same");
      if (!this.options.demodulate) return this.biased(y);
      const lengths = tf.matMul(tf.square(style), tf.sum(tf.square(kernel), [0, 1])); // [batch, filters]
      const shrink = tf.rsqrt(tf.add(lengths, 1e-8));
      return this.biased(tf.mul(y, tf.reshape(shrink, [batch, 1, 1, this.options.filters])));
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...(inputShape as tf.Shape[])[0]!.slice(0, -1), this.options.filters];
  }
}
registerLayer(ModulatedConv2d);

/**
 * StyleGAN2's convolution: the kernel w is scaled by an example's style s and divided by its length,
 *
 *     w″ᵢⱼₖ = sᵢ·wᵢⱼₖ / √(Σᵢₖ (sᵢ·wᵢⱼₖ)² + 10⁻⁸),   i input channels, j output channels, k places,
 *
 * with an equalised learning rate. Inputs are scaled in the kernel's place, so that one convolution serves the whole batch.
 *
 * **Shapes** `[batch, height, width, channels]` and styles `[batch, channels]` → `[batch, height, width, filters]`.
 *
 * **Source** Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, equations 1 and 3.
 * https://arxiv.org/abs/1912.04958
 *
 * @throws ConfigError for options that are misspelt or cannot work; ShapeError for other inputs.
 * @example
 * ```ts
 * import { modulatedConv2d } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * modulatedConv2d({ filters: 8, kernelSize: 3 }).apply([tf.ones([2, 4, 4, 3]), tf.ones([2, 3])]); // [2, 4, 4, 8]
 * ```
 */
export function modulatedConv2d(options: ModulatedConv2dOptions): ModulatedConv2d {
  return new ModulatedConv2d(checkedLayer("modulatedConv2d", SPECIFICATION, options));
}
