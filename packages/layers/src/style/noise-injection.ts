import { currentRandom } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  layerArguments,
  registerLayer,
  single,
} from "../internal/layer.js";

/** The layer behind {@link noiseInjection}; a class because tfjs serialises by class name. */
export class NoiseInjection extends tf.layers.Layer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitNoiseInjection";
  #strength!: tf.LayerVariable;

  constructor(options: LayerOptions = {}) {
    super(layerArguments(options));
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    this.#strength = this.addWeight("strength", [1], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments = {}): tf.Tensor {
    const x = single(inputs);
    if (kwargs.training !== true) return x;
    return tf.tidy(() => {
      const noise = currentRandom(this.name).normal([...x.shape.slice(0, -1), 1]);
      return tf.add(x, tf.mul(noise, this.#strength.read()));
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }
}
registerLayer(NoiseInjection);

/**
 * Adds noise to each place of a picture, the same to all its channels, with a strength that is learnt from 0: hair, freckles, grain. The
 * noise comes from the running step; a call with `training: false` adds none.
 *
 * **Shapes** `[batch, height, width, channels]` → the same.
 *
 * **Source** Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, figure 2.
 * https://arxiv.org/abs/1912.04958
 *
 * @throws ConfigError when it is run with `training: true` outside `withRandom`.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { withRandom } from "@latentkit/core/authoring";
 * import { noiseInjection } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * withRandom(random(1), () => noiseInjection().apply(tf.ones([2, 4, 4, 3]), { training: true })); // [2, 4, 4, 3]
 * ```
 */
export function noiseInjection(options: LayerOptions = {}): NoiseInjection {
  return new NoiseInjection(checkedLayer("noiseInjection", {}, options));
}
