import { currentRandom } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { gaussianSample } from "../gaussian-sample.js";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  layerArguments,
  registerLayer,
} from "../internal/layer.js";

/** The layer behind {@link gaussianSampler}; a class because tfjs serialises by class name. */
export class GaussianSampler extends tf.layers.Layer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitGaussianSampler";

  constructor(options: LayerOptions = {}) {
    super(layerArguments(options));
    this.supportsMasking = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments = {}): tf.Tensor {
    const [mean, logVariance] = inputs as [tf.Tensor, tf.Tensor];
    return kwargs.training === true ? gaussianSample(mean, logVariance, currentRandom(this.name)) : mean;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return (inputShape as tf.Shape[])[0]!;
  }
}
registerLayer(GaussianSampler);

/**
 * {@link gaussianSample} as a layer on `[mean, logVariance]`: a draw in training, the mean in evaluation.
 *
 * **Shapes** two equal inputs → the same.
 *
 * @throws ConfigError when it is run with `training: true` outside `withRandom`.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { random } from "@latentkit/core";
 * import { applyAll, withRandom } from "@latentkit/core/authoring";
 * import { gaussianSampler } from "@latentkit/layers";
 * const [mean, logVariance] = [tf.input({ shape: [2] }), tf.input({ shape: [2] })];
 * const code = gaussianSampler().apply([mean, logVariance]) as tf.SymbolicTensor;
 * const sampler = tf.model({ inputs: [mean, logVariance], outputs: code });
 * withRandom(random(1), () => applyAll(sampler, [tf.zeros([1, 2]), tf.zeros([1, 2])], { training: true }));
 * ```
 */
export function gaussianSampler(options: LayerOptions = {}): GaussianSampler {
  return new GaussianSampler(checkedLayer("gaussianSampler", {}, options));
}
