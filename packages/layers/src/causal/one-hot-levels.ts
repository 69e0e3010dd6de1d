import { integer, number, oneHot, optional, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  registerLayer,
  single,
  singleShape,
} from "../internal/layer.js";
import { OptionsLayer } from "../internal/options-layer.js";

/** Options of {@link oneHotLevels}. */
export interface OneHotLevelsOptions extends LayerOptions {
  /** Number of levels. */
  readonly levels: number;
  /** Value of the first level. Default 0. */
  readonly low?: number;
  /** Value of the last level. Default `levels − 1`. */
  readonly high?: number;
}

const SPECIFICATION = {
  levels: integer({ min: 2 }),
  low: number({ default: 0 }),
  high: optional(number()),
} satisfies SpecificationOf<Omit<OneHotLevelsOptions, keyof LayerOptions>>;

/** The layer behind {@link oneHotLevels}; a class because tfjs serialises by class name. */
export class OneHotLevels extends OptionsLayer<OneHotLevelsOptions, "high"> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitOneHotLevels";

  constructor(options: OneHotLevelsOptions) {
    super("oneHotLevels", SPECIFICATION, options);
  }

  /** Number of levels. */
  get levels(): number {
    return this.options.levels;
  }

  /** Value of the first level. */
  get low(): number {
    return this.options.low;
  }

  /** Value of the last level. */
  get high(): number {
    return this.options.high ?? this.levels - 1;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const { levels, low, high } = this;
    return tf.tidy(() => {
      const x = single(inputs);
      const level = tf.round(tf.mul(tf.sub(x, low), (levels - 1) / (high - low)));
      const rows = oneHot<tf.Rank>(level, levels); // [batch, …, channels, levels]
      return tf.reshape(rows, [...x.shape.slice(0, -1), x.shape.at(-1)! * levels]);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shape = singleShape(inputShape);
    return [...shape.slice(0, -1), shape.at(-1)! * this.levels];
  }
}
registerLayer(OneHotLevels);

/**
 * Values that take one of a few evenly spaced levels, each as a row with a 1 at its level: class numbers and codes of a quantiser, whose
 * order means nothing. Values are rounded to the nearest level; gradients do not pass.
 *
 * **Shapes** `[batch, …, channels]` → `[batch, …, channels · levels]`, the levels of one channel being neighbours.
 *
 * @throws ConfigError for fewer than two levels and other options that cannot work.
 * @example
 * ```ts
 * import { oneHotLevels } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * oneHotLevels({ levels: 3 }).apply(tf.tensor2d([[2, 0]])); // [[0, 0, 1, 1, 0, 0]]
 * ```
 */
export function oneHotLevels(options: OneHotLevelsOptions): OneHotLevels {
  return new OneHotLevels(checkedLayer("oneHotLevels", SPECIFICATION, options));
}
