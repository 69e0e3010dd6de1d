import type { RandomSource } from "@latentkit/core";
import { number, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkedLayer, type LayerOptions, layerOptions, registerLayer } from "../internal/layer.js";
import { NoiseLayer } from "./noise-layer.js";

/** Options of {@link seededGaussianNoise}. */
export interface SeededGaussianNoiseOptions extends LayerOptions {
  /** Standard deviation, 0 or more. */
  readonly deviation: number;
}

const SPECIFICATION = { deviation: number({ min: 0 }) } satisfies SpecificationOf<
  Omit<SeededGaussianNoiseOptions, keyof LayerOptions>
>;

/** The layer behind {@link seededGaussianNoise}; a class because tfjs serialises by class name. */
export class SeededGaussianNoise extends NoiseLayer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitSeededGaussianNoise";
  /** Standard deviation. */
  readonly deviation: number;

  constructor(options: SeededGaussianNoiseOptions) {
    super(options);
    this.deviation = layerOptions("seededGaussianNoise", SPECIFICATION, options).deviation;
  }

  protected override get silent(): boolean {
    return this.deviation === 0;
  }

  protected override disturb(x: tf.Tensor, random: RandomSource): tf.Tensor {
    return tf.add(x, tf.mul(random.normal(x.shape), this.deviation));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), deviation: this.deviation };
  }
}
registerLayer(SeededGaussianNoise);

/**
 * Adds Gaussian noise in training, from the running step's random stream: x + σ·ε. The corruption of a denoising
 * autoencoder, or a regulariser.
 *
 * **Shapes** any → the same. **Units** `deviation` in units of the data.
 *
 * **Source** Vincent et al., "Stacked Denoising Autoencoders", 2010, section 3.3.
 *
 * @throws ConfigError for a deviation < 0, and when it is run with `training: true` outside `withRandom`.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { random } from "@latentkit/core";
 * import { withRandom } from "@latentkit/core/authoring";
 * import { seededGaussianNoise } from "@latentkit/layers";
 * const layer = seededGaussianNoise({ deviation: 0.3 });
 * withRandom(random(1), () => layer.apply(tf.zeros([2, 4]), { training: true }));
 * ```
 */
export function seededGaussianNoise(options: SeededGaussianNoiseOptions): SeededGaussianNoise {
  return new SeededGaussianNoise(checkedLayer("seededGaussianNoise", SPECIFICATION, options));
}
