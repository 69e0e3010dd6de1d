import type { SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { LayerOptions } from "../internal/layer.js";
import { type CallArguments, checkedLayer, registerLayer, single, singleShape } from "../internal/layer.js";
import { EQUALIZED, EqualizedLayer, type EqualizedOptions, SIZE } from "./equalized.js";

/** Options of {@link equalizedDense}. */
export interface EqualizedDenseOptions extends EqualizedOptions {
  /** Output features. */
  readonly units: number;
}

const SPECIFICATION = { units: SIZE, ...EQUALIZED } satisfies SpecificationOf<
  Omit<EqualizedDenseOptions, keyof LayerOptions>
>;

/** The layer behind {@link equalizedDense}; a class because tfjs serialises by class name. */
export class EqualizedDense extends EqualizedLayer<EqualizedDenseOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitEqualizedDense";

  constructor(options: EqualizedDenseOptions) {
    super("equalizedDense", SPECIFICATION, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    this.addWeights([singleShape(inputShape).at(-1)!, this.options.units]);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => this.biased(tf.matMul(single(inputs) as tf.Tensor2D, this.kernel<tf.Tensor2D>())));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...singleShape(inputShape).slice(0, -1), this.options.units];
  }
}
registerLayer(EqualizedDense);

/**
 * A dense layer with an equalised learning rate: weights are held at N(0, 1) and used as w·gain/√fanIn, so that each layer moves at one
 * rate under Adam.
 *
 * **Shapes** `[batch, features]` → `[batch, units]`.
 *
 * **Source** Karras et al., "Progressive Growing of GANs for Improved Quality, Stability, and Variation", 2018, section 4.1.
 * https://arxiv.org/abs/1710.10196
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { equalizedDense } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * equalizedDense({ units: 8, gain: Math.SQRT2 }).apply(tf.ones([2, 16])); // [2, 8]
 * ```
 */
export function equalizedDense(options: EqualizedDenseOptions): EqualizedDense {
  return new EqualizedDense(checkedLayer("equalizedDense", SPECIFICATION, options));
}
