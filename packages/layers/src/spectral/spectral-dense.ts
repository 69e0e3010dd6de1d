import { flag, integer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkedLayer, type LayerOptions, registerLayer, single, trains } from "../internal/layer.js";
import { SEEDED, SeededLayer, type SeededLayerOptions } from "../internal/seeded-layer.js";
import { settleDirection, spectralNormalized } from "./spectral-norm.js";

/** Options of {@link spectralDense}. */
export interface SpectralDenseOptions extends SeededLayerOptions {
  /** Outputs. */
  readonly units: number;
  /** Adds a bias. Default true. */
  readonly useBias?: boolean;
}

const SPECIFICATION = {
  units: integer({ min: 1 }),
  useBias: flag({ default: true }),
  ...SEEDED,
} satisfies SpecificationOf<Omit<SpectralDenseOptions, keyof LayerOptions>>;

/** The layer behind {@link spectralDense}; a class because tfjs serialises by class name. */
export class SpectralDense extends SeededLayer<SpectralDenseOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitSpectralDense";
  #kernel!: tf.LayerVariable;
  #bias: tf.LayerVariable | undefined;
  #direction!: tf.LayerVariable;

  constructor(options: SpectralDenseOptions) {
    super("spectralDense", SPECIFICATION, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { units, useBias } = this.options;
    const width = (inputShape as tf.Shape).at(-1)!;
    const kernel = this.initial("kernel");
    const direction = this.initial("direction", "normal", 1);
    this.#kernel = this.addWeight("kernel", [width, units], "float32", kernel);
    if (useBias) this.#bias = this.addWeight("bias", [units], "float32", tf.initializers.zeros());
    this.#direction = this.addWeight("direction", [units, 1], "float32", direction, undefined, false);
    settleDirection(this.#kernel, this.#direction);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...(inputShape as tf.Shape).slice(0, -1), this.options.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const kernel = spectralNormalized(this.#kernel.read(), this.#direction, trains(this, kwargs));
      const linear = tf.matMul(single(inputs) as tf.Tensor2D, kernel as tf.Tensor2D);
      return this.#bias === undefined ? linear : tf.add(linear, this.#bias.read());
    });
  }
}
registerLayer(SpectralDense);

/**
 * A dense layer whose kernel is divided by its largest singular value, so that the layer is 1-Lipschitz: `y = x·W/σ(W) + b`.
 * Use it in discriminators, usually with the hinge loss. One step of power iteration runs in each training call.
 *
 * **Shapes**: `[batch, inputs]` → `[batch, units]`.
 *
 * **Source**: Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018, equation 8.
 * https://arxiv.org/abs/1802.05957
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { spectralDense } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * spectralDense({ units: 1 }).apply(tf.ones([8, 32])); // [8, 1]
 * ```
 */
export function spectralDense(options: SpectralDenseOptions): SpectralDense {
  return new SpectralDense(checkedLayer("spectralDense", SPECIFICATION, options));
}
