import type { RandomSource } from "@latentkit/core";
import { check, number, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkedLayer, type LayerOptions, layerOptions, registerLayer } from "../internal/layer.js";
import { NoiseLayer } from "./noise-layer.js";

/** Options of {@link saltAndPepperNoise}. */
export interface SaltAndPepperNoiseOptions extends LayerOptions {
  /** Share of the values that are replaced, from 0 to 1: half by `low`, half by `high`. */
  readonly rate: number;
  /** Pepper. Default 0. */
  readonly low?: number;
  /** Salt. Default 1. */
  readonly high?: number;
}

const SPECIFICATION = {
  rate: number({ min: 0, max: 1 }),
  low: number({ default: 0 }),
  high: number({ default: 1 }),
} satisfies SpecificationOf<Omit<SaltAndPepperNoiseOptions, keyof LayerOptions>>;

/** The layer behind {@link saltAndPepperNoise}; a class because tfjs serialises by class name. */
export class SaltAndPepperNoise extends NoiseLayer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitSaltAndPepperNoise";
  /** Share of the values that are replaced. */
  readonly rate: number;
  /** Pepper. */
  readonly low: number;
  /** Salt. */
  readonly high: number;

  constructor(options: SaltAndPepperNoiseOptions) {
    super(options);
    const { rate, low, high } = layerOptions("saltAndPepperNoise", SPECIFICATION, options);
    [this.rate, this.low] = [rate, low];
    this.high = check("saltAndPepperNoise").number("high", high, { above: low });
  }

  protected override get silent(): boolean {
    return this.rate === 0;
  }

  protected override disturb(x: tf.Tensor, random: RandomSource): tf.Tensor {
    // One draw decides both: below rate/2 pepper, from there to rate salt.
    const noise = random.uniform(x.shape);
    const keep = tf.cast(tf.greaterEqual(noise, this.rate), "float32");
    const pepper = tf.cast(tf.less(noise, this.rate / 2), "float32");
    const salt = tf.sub(tf.sub(1, keep), pepper);
    return tf.add(tf.mul(x, keep), tf.add(tf.mul(salt, this.high), tf.mul(pepper, this.low)));
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.rate, low: this.low, high: this.high };
  }
}
registerLayer(SaltAndPepperNoise);

/**
 * Replaces values by the lowest or the highest with probability `rate` in training, a fair coin for each: the
 * salt-and-pepper corruption of a denoising autoencoder.
 *
 * **Shapes** any → the same. **Units** `low` and `high` in units of the data.
 *
 * **Source** Vincent et al., "Stacked Denoising Autoencoders", 2010, section 3.3.
 *
 * @throws ConfigError for a rate outside [0, 1] or `high` ≤ `low`, and when it is run with `training: true` outside
 * `withRandom`.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { random } from "@latentkit/core";
 * import { withRandom } from "@latentkit/core/authoring";
 * import { saltAndPepperNoise } from "@latentkit/layers";
 * const layer = saltAndPepperNoise({ rate: 0.2 });
 * withRandom(random(1), () => layer.apply(tf.fill([2, 4], 0.5), { training: true }));
 * ```
 */
export function saltAndPepperNoise(options: SaltAndPepperNoiseOptions): SaltAndPepperNoise {
  return new SaltAndPepperNoise(checkedLayer("saltAndPepperNoise", SPECIFICATION, options));
}
