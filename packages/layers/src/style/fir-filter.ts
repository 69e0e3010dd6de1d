import { choice, listOf, number, type SpecificationOf } from "@latentkit/core/authoring";
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

/** Options of {@link firFilter}. */
export interface FirFilterOptions extends LayerOptions {
  /** `up` doubles the size, `down` halves it, `none` blurs. Default `none`. */
  readonly resample?: "none" | "up" | "down";
  /** The filter along one axis, scaled to sum 1. Default `[1, 3, 3, 1]`; StyleGAN's blur is `[1, 2, 1]`. */
  readonly taps?: readonly number[];
}

const SPECIFICATION = {
  resample: choice(["none", "up", "down"], { default: "none" }),
  taps: listOf(number({ min: 0 }), { default: [1, 3, 3, 1] }),
} satisfies SpecificationOf<Omit<FirFilterOptions, keyof LayerOptions>>;

/** The layer behind {@link firFilter}; a class because tfjs serialises by class name. */
export class FirFilter extends OptionsLayer<FirFilterOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitFirFilter";

  constructor(options: FirFilterOptions) {
    super("firFilter", SPECIFICATION, options);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => {
      const x = single(inputs) as tf.Tensor4D;
      const [batch, height, width, channels] = x.shape;
      const [down, across] = [this.#matrix(height), this.#matrix(width)];
      // Along the height: [out, height] · [batch, height, width · channels].
      const rows = tf.matMul(down, tf.reshape(x, [batch, height, width * channels]));
      const tall = down.shape[0];
      const both = tf.matMul(across, tf.reshape(rows, [batch * tall, width, channels]));
      return tf.reshape(both, [batch, tall, across.shape[0], channels]);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width, channels] = singleShape(inputShape) as [null, number, number, number];
    return [batch, this.#size(height), this.#size(width), channels];
  }

  #size(size: number): number {
    const { resample } = this.options;
    return resample === "none" ? size : resample === "up" ? size * 2 : Math.floor(size / 2);
  }

  /** The filter along an axis as a matrix: what resampling, zeros beyond the edges and filtering do to a column. */
  #matrix(size: number): tf.Tensor2D {
    const { resample, taps } = this.options;
    const sum = taps.reduce((total, tap) => total + tap, 0);
    const [factor, gain] = resample === "up" ? [2, 2] : [1, 1];
    const step = resample === "down" ? 2 : 1;
    // Zeros between the values of `up` come after them, as those of a transposed convolution do.
    const before = resample === "none" ? Math.floor(taps.length / 2) : Math.ceil((taps.length - 2) / 2) + (factor - 1);
    const out = this.#size(size);
    const values = new Float32Array(out * size);
    for (let row = 0; row < out; row++) {
      for (const [tap, weight] of taps.entries()) {
        const place = row * step + tap - before;
        if (place % factor !== 0 || place < 0 || place >= size * factor) continue;
        values[row * size + place / factor]! += (weight * gain) / sum;
      }
    }
    return tf.tensor2d(values, [out, size]);
  }
}
registerLayer(FirFilter);

/**
 * Filters pictures along both axes, and doubles or halves their size: what keeps high frequencies from turning into
 * low ones when pictures grow and shrink. Beyond the edges are zeros.
 *
 * **Shapes** `[batch, height, width, channels]` → the same, twice or half the height and width.
 *
 * **Source** Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, appendix B;
 * https://arxiv.org/abs/1912.04958; Zhang, "Making Convolutional Networks Shift-Invariant Again", 2019.
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { firFilter } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * firFilter({ resample: "down" }).apply(tf.ones([1, 8, 8, 3])); // [1, 4, 4, 3]
 * ```
 */
export function firFilter(options: FirFilterOptions = {}): FirFilter {
  return new FirFilter(checkedLayer("firFilter", SPECIFICATION, options));
}
