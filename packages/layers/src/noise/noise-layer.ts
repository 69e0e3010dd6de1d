import type { RandomSource } from "@latentkit/core";
import { currentRandom } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, type LayerOptions, layerArguments, single } from "../internal/layer.js";

/** A layer that changes its input at random in training and passes it on unchanged in evaluation. */
export abstract class NoiseLayer extends tf.layers.Layer {
  constructor(options: LayerOptions) {
    super(layerArguments(options));
    this.supportsMasking = true;
  }

  /** True when the options leave nothing to change: no noise is drawn then. */
  protected abstract get silent(): boolean;

  /** The changed input. */
  protected abstract disturb(x: tf.Tensor, random: RandomSource): tf.Tensor;

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments = {}): tf.Tensor {
    const x = single(inputs);
    if (kwargs.training !== true || this.silent) return x;
    return tf.tidy(() => this.disturb(x, currentRandom(this.name)));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }
}

/** Ones where uniform noise is at least `rate`, zeros elsewhere, float32: what a mask keeps. */
export function keepMask(x: tf.Tensor, rate: number, random: RandomSource): tf.Tensor {
  return tf.cast(tf.greaterEqual(random.uniform(x.shape), rate), "float32");
}
