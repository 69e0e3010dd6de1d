import type {
  Batch,
  ConditionedBatch,
  GivenLike,
  HasLikelihood,
  Model,
  RandomSource,
  SampleOptions,
  Samples,
} from "@latentkit/core";
import type { Likelihood } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";

/**
 * A model p(x) = Π p(xᵢ | x₁ … xᵢ₋₁) of values in an order: what the factories of this package return. Its likelihood is exact, and it
 * draws one value after the other.
 */
export interface AutoregressiveModel<B extends Batch = ConditionedBatch> extends Model<B>, HasLikelihood, Samples {
  readonly networks: { readonly network: tf.LayersModel };
  /** What the network's outputs say of values. */
  readonly likelihood: Likelihood;
  /** −log₂ p(x) by values of an example, `[batch]`: what pictures are compared by. */
  bitsPerDimension(x: tf.Tensor, given?: GivenLike): tf.Tensor1D;
  /**
   * Draws examples: `[count, …]`. With `known` and `mask` only what is not known is drawn, each value given those before it: the lower
   * half of a picture, or a hole in it. Breathes between places, so that timers and a page stay alive.
   *
   * @throws ConfigError for options that cannot work; ShapeError for known values of another shape; the signal's reason when it ends.
   */
  sample(options: SampleOptions | number, random?: RandomSource): Promise<tf.Tensor>;
  /** The same samples from the same noise, with a pass of the whole network for each value: what `sample` is compared with. */
  sampleNaively(options: SampleOptions | number, random?: RandomSource): Promise<tf.Tensor>;
}

/** What {@link pixelCnn} returns. */
export interface PixelCnn extends AutoregressiveModel {
  readonly kind: "pixelCnn";
}

/** What {@link gatedPixelCnn} returns. */
export interface GatedPixelCnn extends AutoregressiveModel {
  readonly kind: "gatedPixelCnn";
}

/** What {@link pixelCnnPlusPlus} returns. */
export interface PixelCnnPlusPlus extends AutoregressiveModel {
  readonly kind: "pixelCnnPlusPlus";
}

/** What {@link pixelRnn} returns. */
export interface PixelRnn extends AutoregressiveModel {
  readonly kind: "pixelRnn";
}

/** What {@link made} returns. */
export interface Made extends AutoregressiveModel {
  readonly kind: "made";
}

/** What {@link imageTransformer} returns. */
export interface ImageTransformer extends AutoregressiveModel {
  readonly kind: "imageTransformer";
}
