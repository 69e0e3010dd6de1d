import { integer, optional, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  checkedLayer,
  configOf,
  type LayerOptions,
  layerArguments,
  layerOptions,
  registerLayer,
  single,
} from "../internal/layer.js";

/** Options of {@link minibatchStandardDeviation}. */
export interface MinibatchStandardDeviationOptions extends LayerOptions {
  /** Examples in a group, as far as the batch can be cut into groups of that size. Default the whole batch. */
  readonly groupSize?: number;
}

const SPECIFICATION = {
  groupSize: optional(integer({ min: 2 })),
} satisfies SpecificationOf<Omit<MinibatchStandardDeviationOptions, keyof LayerOptions>>;

/** The layer behind {@link minibatchStandardDeviation}; a class because tfjs serialises by class name. */
export class MinibatchStandardDeviation extends tf.layers.Layer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitMinibatchStandardDeviation";
  readonly #groupSize: number | undefined;

  constructor(options: MinibatchStandardDeviationOptions = {}) {
    super(layerArguments(options));
    this.#groupSize = layerOptions("minibatchStandardDeviation", SPECIFICATION, options).groupSize;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shape = inputShape as tf.Shape;
    return [...shape.slice(0, -1), shape.at(-1)! + 1];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = single(inputs);
      const [batch, ...rest] = x.shape as [number, ...number[]];
      const size = groupSizeOf(batch, this.#groupSize);
      const groups = tf.reshape(x, [size, batch / size, -1]); // [group, groups, values]
      const { variance } = tf.moments(groups, 0); // [groups, values]
      // 1e-8 keeps the root's derivative finite where a group is constant.
      const statistic = tf.mean(tf.sqrt(tf.add(variance, 1e-8)), 1); // [groups]
      const each = tf.tile(tf.reshape(statistic, [1, batch / size]), [size, 1]); // example i is in group i mod groups
      const ones = rest.map(() => 1);
      const channel = tf.tile(tf.reshape(each, [batch, ...ones]), [1, ...rest.slice(0, -1), 1]);
      return tf.concat([x, channel], -1);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...configOf({ groupSize: this.#groupSize }) };
  }
}
registerLayer(MinibatchStandardDeviation);

/** The largest divisor of the batch that is no larger than wanted. */
function groupSizeOf(batch: number, wanted: number | undefined): number {
  let size = Math.min(batch, wanted ?? batch);
  while (batch % size !== 0) size--;
  return size;
}

/**
 * Appends one channel that tells the discriminator how varied its batch is: the standard deviation over a group of examples
 * at each place and feature, averaged to one number. Put it near the discriminator's end.
 *
 * **Shapes**: `[batch, …, channels]` → `[batch, …, channels + 1]`.
 *
 * **Source**: Karras et al., "Progressive Growing of GANs", 2018, section 3; groups as in the authors' code (4 there).
 * https://arxiv.org/abs/1710.10196
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { minibatchStandardDeviation } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * minibatchStandardDeviation({ groupSize: 4 }).apply(tf.ones([8, 4, 4, 16])); // [8, 4, 4, 17]
 * ```
 */
export function minibatchStandardDeviation(
  options: MinibatchStandardDeviationOptions = {},
): MinibatchStandardDeviation {
  return new MinibatchStandardDeviation(checkedLayer("minibatchStandardDeviation", SPECIFICATION, options));
}
