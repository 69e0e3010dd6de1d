import { choice, integer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkedLayer, type LayerOptions, registerLayer, single, trains } from "../internal/layer.js";
import { SEEDED, SeededLayer, type SeededLayerOptions } from "../internal/seeded-layer.js";
import { settleDirection, spectralNormalized } from "./spectral-norm.js";

/** Options of {@link spectralConv2d}. */
export interface SpectralConv2dOptions extends SeededLayerOptions {
  /** Output channels. */
  readonly filters: number;
  /** Height and width of the kernel. */
  readonly kernelSize: number;
  /** Step in both directions. Default 1. */
  readonly strides?: number;
  /** Default `same`: as many places as the input has, divided by the strides. */
  readonly padding?: "same" | "valid";
}

const SPECIFICATION = {
  filters: integer({ min: 1 }),
  kernelSize: integer({ min: 1 }),
  strides: integer({ min: 1, default: 1 }),
  padding: choice(["same", "valid"], { default: "same" }),
  ...SEEDED,
} satisfies SpecificationOf<Omit<SpectralConv2dOptions, keyof LayerOptions>>;

/** The layer behind {@link spectralConv2d}; a class because tfjs serialises by class name. */
export class SpectralConv2d extends SeededLayer<SpectralConv2dOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitSpectralConv2d";
  #kernel!: tf.LayerVariable;
  #bias!: tf.LayerVariable;
  #direction!: tf.LayerVariable;

  constructor(options: SpectralConv2dOptions) {
    super("spectralConv2d", SPECIFICATION, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { filters, kernelSize } = this.options;
    const channels = (inputShape as tf.Shape).at(-1)!;
    const kernel = this.initial("kernel");
    const direction = this.initial("direction", "normal", 1);
    this.#kernel = this.addWeight("kernel", [kernelSize, kernelSize, channels, filters], "float32", kernel);
    this.#bias = this.addWeight("bias", [filters], "float32", tf.initializers.zeros());
    this.#direction = this.addWeight("direction", [filters, 1], "float32", direction, undefined, false);
    settleDirection(this.#kernel, this.#direction);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width] = inputShape as [number, number, number];
    const { filters, kernelSize, strides, padding } = this.options;
    const places = (size: number) => Math.ceil((padding === "same" ? size : size - kernelSize + 1) / strides);
    return [batch, places(height), places(width), filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const { strides, padding } = this.options;
    return tf.tidy(() => {
      const kernel = spectralNormalized(this.#kernel.read(), this.#direction, trains(this, kwargs));
      const convolved = tf.conv2d(single(inputs) as tf.Tensor4D, kernel as tf.Tensor4D, strides, padding);
      return tf.add(convolved, this.#bias.read());
    });
  }
}
registerLayer(SpectralConv2d);

/**
 * A convolution whose kernel, as the matrix `[places · channels, filters]`, is divided by its largest singular value. Use it
 * in discriminators; one step of power iteration runs in each training call.
 *
 * **Shapes**: `[batch, height, width, channels]` → `[batch, height/strides, width/strides, filters]` with `same` padding.
 *
 * **Source**: Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018, equation 8 and section 3.
 * https://arxiv.org/abs/1802.05957
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { spectralConv2d } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * spectralConv2d({ filters: 8, kernelSize: 4, strides: 2 }).apply(tf.ones([2, 28, 28, 1])); // [2, 14, 14, 8]
 * ```
 */
export function spectralConv2d(options: SpectralConv2dOptions): SpectralConv2d {
  return new SpectralConv2d(checkedLayer("spectralConv2d", SPECIFICATION, options));
}
