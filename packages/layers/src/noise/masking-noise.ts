import type { RandomSource } from "@latentkit/core";
import { number, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkedLayer, type LayerOptions, layerOptions, registerLayer } from "../internal/layer.js";
import { keepMask, NoiseLayer } from "./noise-layer.js";

/** Options of {@link maskingNoise}. */
export interface MaskingNoiseOptions extends LayerOptions {
  /** Share of the values that become 0, from 0 to 1. */
  readonly rate: number;
}

const SPECIFICATION = { rate: number({ min: 0, max: 1 }) } satisfies SpecificationOf<
  Omit<MaskingNoiseOptions, keyof LayerOptions>
>;

/** The layer behind {@link maskingNoise}; a class because tfjs serialises by class name. */
export class MaskingNoise extends NoiseLayer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitMaskingNoise";
  /** Share of the values that become 0. */
  readonly rate: number;

  constructor(options: MaskingNoiseOptions) {
    super(options);
    this.rate = layerOptions("maskingNoise", SPECIFICATION, options).rate;
  }

  protected override get silent(): boolean {
    return this.rate === 0;
  }

  protected override disturb(x: tf.Tensor, random: RandomSource): tf.Tensor {
    return tf.mul(x, keepMask(x, this.rate, random));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate };
  }
}
registerLayer(MaskingNoise);

/**
 * Sets values to 0 with probability `rate` in training and leaves the others as they are: the masking corruption of a
 * denoising autoencoder. Unlike dropout it does not rescale what remains.
 *
 * **Shapes** any → the same.
 *
 * **Source** Vincent et al., "Stacked Denoising Autoencoders", 2010, section 3.3.
 *
 * @throws ConfigError for a rate outside [0, 1], and when it is run with `training: true` outside `withRandom`.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { random } from "@latentkit/core";
 * import { withRandom } from "@latentkit/core/authoring";
 * import { maskingNoise } from "@latentkit/layers";
 * const layer = maskingNoise({ rate: 0.25 });
 * withRandom(random(1), () => layer.apply(tf.ones([2, 4]), { training: true })); // zeros and ones
 * ```
 */
export function maskingNoise(options: MaskingNoiseOptions): MaskingNoise {
  return new MaskingNoise(checkedLayer("maskingNoise", SPECIFICATION, options));
}
