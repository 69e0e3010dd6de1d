import { integer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  registerLayer,
  single,
  singleShape,
} from "../internal/layer.js";
import { EQUALIZED, EqualizedLayer, type EqualizedOptions, SIZE } from "./equalized.js";

/** Options of {@link equalizedConv2d}. */
export interface EqualizedConv2dOptions extends EqualizedOptions {
  /** Output channels. */
  readonly filters: number;
  /** Height and width of the kernel. */
  readonly kernelSize: number;
  /** Channels that only see as many of the input's, in so many groups. Default 1. */
  readonly groups?: number;
}

const SPECIFICATION = {
  filters: SIZE,
  kernelSize: SIZE,
  groups: integer({ min: 1, default: 1 }),
  ...EQUALIZED,
} satisfies SpecificationOf<Omit<EqualizedConv2dOptions, keyof LayerOptions>>;

/** The layer behind {@link equalizedConv2d}; a class because tfjs serialises by class name. */
export class EqualizedConv2d extends EqualizedLayer<EqualizedConv2dOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitEqualizedConv2d";

  constructor(options: EqualizedConv2dOptions) {
    super("equalizedConv2d", SPECIFICATION, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { kernelSize, filters, groups } = this.options;
    this.addWeights([kernelSize, kernelSize, singleShape(inputShape).at(-1)! / groups, filters]);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const { groups } = this.options;
    return tf.tidy(() => {
      const x = single(inputs) as tf.Tensor4D;
      const kernel = this.kernel<tf.Tensor4D>();
      if (groups === 1) return this.biased(tf.conv2d(x, kernel, 1, "same"));
      const parts = (tf.split(x, groups, 3) as tf.Tensor4D[]).map((part, i) => {
        const [height, width, channels, filters] = kernel.shape;
        const own = [height, width, channels, filters / groups] as const;
        return tf.conv2d(part, tf.slice(kernel, [0, 0, 0, i * own[3]], [...own]), 1, "same");
      });
      return this.biased(tf.concat(parts, 3));
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...singleShape(inputShape).slice(0, -1), this.options.filters];
  }
}
registerLayer(EqualizedConv2d);

/**
 * A convolution with an equalised learning rate and padding `same`: weights are held at N(0, 1) and used as w·gain/√fanIn.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, height, width, filters]`.
 *
 * **Source** Karras et al., "Progressive Growing of GANs for Improved Quality, Stability, and Variation", 2018, section 4.1.
 * https://arxiv.org/abs/1710.10196
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { equalizedConv2d } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * equalizedConv2d({ filters: 8, kernelSize: 3, gain: Math.SQRT2 }).apply(tf.ones([2, 4, 4, 3])); // [2, 4, 4, 8]
 * ```
 */
export function equalizedConv2d(options: EqualizedConv2dOptions): EqualizedConv2d {
  return new EqualizedConv2d(checkedLayer("equalizedConv2d", SPECIFICATION, options));
}
