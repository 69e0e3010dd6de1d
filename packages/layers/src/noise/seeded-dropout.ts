import type { RandomSource } from "@latentkit/core";
import { number, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkedLayer, type LayerOptions, layerOptions, registerLayer } from "../internal/layer.js";
import { keepMask, NoiseLayer } from "./noise-layer.js";

/** Options of {@link seededDropout}. */
export interface SeededDropoutOptions extends LayerOptions {
  /** Share of the values that are dropped, from 0 to below 1. */
  readonly rate: number;
}

const SPECIFICATION = { rate: number({ min: 0, below: 1 }) } satisfies SpecificationOf<
  Omit<SeededDropoutOptions, keyof LayerOptions>
>;

/** The layer behind {@link seededDropout}; a class because tfjs serialises by class name. */
export class SeededDropout extends NoiseLayer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitSeededDropout";
  /** Share of the values that are dropped. */
  readonly rate: number;

  constructor(options: SeededDropoutOptions) {
    super(options);
    this.rate = layerOptions("seededDropout", SPECIFICATION, options).rate;
  }

  protected override get silent(): boolean {
    return this.rate === 0;
  }

  protected override disturb(x: tf.Tensor, random: RandomSource): tf.Tensor {
    return tf.mul(x, tf.mul(keepMask(x, this.rate, random), 1 / (1 - this.rate)));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate };
  }
}
registerLayer(SeededDropout);

/**
 * Dropout that draws from the running step's random stream: each value is 0 with probability `rate`, the others are
 * divided by 1 − rate, so that the mean stays. The same seed drops the same values on every backend, and a resumed run
 * continues.
 *
 * **Shapes** any → the same.
 *
 * **Source** Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", 2014.
 *
 * @throws ConfigError for a rate outside [0, 1), and when it is run with `training: true` outside `withRandom`.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { random } from "@latentkit/core";
 * import { withRandom } from "@latentkit/core/authoring";
 * import { seededDropout } from "@latentkit/layers";
 * const layer = seededDropout({ rate: 0.5 });
 * withRandom(random(1), () => layer.apply(tf.ones([2, 4]), { training: true })); // zeros and twos
 * ```
 */
export function seededDropout(options: SeededDropoutOptions): SeededDropout {
  return new SeededDropout(checkedLayer("seededDropout", SPECIFICATION, options));
}
