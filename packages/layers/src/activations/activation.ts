import { choice, number, optional, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  layerArguments,
  layerOptions,
  registerLayer,
  single,
} from "../internal/layer.js";
import { ACTIVATION_KINDS, ACTIVATIONS, type ActivationKind } from "./functions.js";

/** Options of {@link activation}. */
export interface ActivationOptions extends LayerOptions {
  /** Which function. */
  readonly kind: ActivationKind;
  /** Slope of `leakyRelu` below 0 (default 0.2, DCGAN's); limit of `elu` (default 1). */
  readonly alpha?: number;
}

const SPECIFICATION = { kind: choice(ACTIVATION_KINDS), alpha: optional(number({ min: 0 })) } satisfies SpecificationOf<
  Omit<ActivationOptions, keyof LayerOptions>
>;

/** The layer behind {@link activation}; a class because tfjs serialises by class name. */
export class Activation extends tf.layers.Layer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitActivation";
  /** Which function. */
  readonly kind: ActivationKind;
  /** Slope or limit below 0. */
  readonly alpha: number;

  constructor(options: ActivationOptions) {
    super(layerArguments(options));
    const { kind, alpha = kind === "leakyRelu" ? 0.2 : 1 } = layerOptions("activation", SPECIFICATION, options);
    [this.kind, this.alpha] = [kind, alpha];
    this.supportsMasking = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => ACTIVATIONS[this.kind](single(inputs), this.alpha));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), kind: this.kind, alpha: this.alpha };
  }
}
registerLayer(Activation);

/**
 * An activation that can be differentiated twice, so that gradient penalties and contractive penalties through it are
 * right: the layers of TensorFlow.js give wrong second derivatives for tanh, sigmoid and swish and none for leaky ReLU,
 * ELU and SELU.
 *
 * `relu` max(x, 0) · `leakyRelu` x or αx · `elu` x or α(eˣ − 1) · `selu` scaled elu · `gelu` x·Φ(x) · `silu` x·sigmoid(x),
 * also called swish · `softplus` log(1 + eˣ) · `sigmoid` · `tanh` · `linear`.
 *
 * **Shapes** any → the same.
 *
 * **Source** elu: Clevert et al. 2016; selu: Klambauer et al. 2017; gelu: Hendrycks and Gimpel 2016; silu: Elfwing et al.
 * 2018; leaky ReLU: Maas et al. 2013.
 *
 * @throws ConfigError for an unknown kind or α < 0.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { activation } from "@latentkit/layers";
 * activation({ kind: "leakyRelu", alpha: 0.1 }).apply(tf.tensor1d([-1, 2])); // [-0.1, 2]
 * ```
 */
export function activation(options: ActivationOptions): Activation {
  return new Activation(checkedLayer("activation", SPECIFICATION, options));
}
