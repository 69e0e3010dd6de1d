import { type Defaulted, flag, integer, number, type Option, sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { LayerOptions } from "../internal/layer.js";
import { SEEDED, SeededLayer, type SeededLayerOptions } from "../internal/seeded-layer.js";

/** What layers with an equalised learning rate take. */
export interface EqualizedOptions extends SeededLayerOptions {
  /** Default true. */
  readonly useBias?: boolean;
  /** What every bias starts from. Default 0. */
  readonly biasStart?: number;
  /** Gain of the activation that follows: √2 after a rectifier keeps the variance. Default 1. */
  readonly gain?: number;
  /** Scales the learning rate of this layer's weights: 0.01 in StyleGAN's mapping network. Default 1. */
  readonly rateScale?: number;
}

/** {@link EqualizedOptions}. */
export const EQUALIZED: Defaulted<Omit<EqualizedOptions, keyof LayerOptions | "stream">> & typeof SEEDED = {
  useBias: flag({ default: true }),
  biasStart: number({ default: 0 }),
  gain: number({ above: 0, default: 1 }),
  rateScale: number({ above: 0, default: 1 }),
  ...SEEDED,
};

type OwnOptions = Required<Omit<EqualizedOptions, keyof SeededLayerOptions>>;

/**
 * A layer whose weights are held at N(0, 1) and scaled when they are used, w·gain/√fanIn, so that Adam, whose steps do not know the
 * size of weights, changes all layers at one rate.
 */
export abstract class EqualizedLayer<O extends EqualizedOptions> extends SeededLayer<O> {
  #kernel!: tf.LayerVariable;
  #bias: tf.LayerVariable | undefined;
  #scale = 1;

  /** Adds the weights: a kernel of this shape, whose last axis counts the outputs. */
  protected addWeights(shape: readonly number[]): void {
    const { gain, rateScale, useBias, biasStart } = this.options as OwnOptions;
    const fanIn = sizeOf(shape.slice(0, -1));
    this.#scale = (gain * rateScale) / Math.sqrt(fanIn);
    const kernel = this.initial("kernel", "normal", 1 / rateScale);
    this.#kernel = this.addWeight("kernel", [...shape], "float32", kernel);
    const start = tf.initializers.constant({ value: biasStart / rateScale });
    if (useBias) this.#bias = this.addWeight("bias", [shape.at(-1)!], "float32", start);
  }

  /** The kernel as it is used. */
  protected kernel<T extends tf.Tensor>(): T {
    return tf.mul(this.#kernel.read(), this.#scale) as T;
  }

  /** Adds the bias where there is one. */
  protected biased(x: tf.Tensor): tf.Tensor {
    const { rateScale } = this.options as OwnOptions;
    if (this.#bias === undefined) return x;
    return tf.add(x, rateScale === 1 ? this.#bias.read() : tf.mul(this.#bias.read(), rateScale));
  }
}

/** A size ≥ 1. */
export const SIZE: Option<number, "required"> = integer({ min: 1 });
