import { check, seededInitializer } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { layerArguments, registerLayer, single } from "../internal/layer.js";
import { spectralNormalized } from "./spectral-norm.js";

/** Options of {@link spectralDense}. */
export interface SpectralDenseOptions {
  /** Outputs. */
  readonly units: number;
  /** Adds a bias; true unless given. */
  readonly useBias?: boolean;
  /** Seed of the weights; 0 unless given. */
  readonly seed?: number;
  /** Names the layer and its weights. */
  readonly name?: string;
}

/** The layer behind {@link spectralDense}; a class because tfjs serialises by class name. */
export class SpectralDense extends tf.layers.Layer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitSpectralDense";
  readonly #options: Required<Omit<SpectralDenseOptions, "name">>;
  #kernel!: tf.LayerVariable;
  #bias: tf.LayerVariable | undefined;
  #direction!: tf.LayerVariable;

  constructor(options: SpectralDenseOptions) {
    super(layerArguments(options));
    const { units, useBias = true, seed = 0 } = options;
    check("spectralDense").integer("units", units, { min: 1 });
    this.#options = { units, useBias, seed };
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { units, useBias, seed } = this.#options;
    const width = (inputShape as tf.Shape).at(-1)!;
    const kernel = seededInitializer({ seed, stream: `${this.name}/kernel` });
    const direction = seededInitializer({ kind: "normal", scale: 1, seed, stream: `${this.name}/direction` });
    this.#kernel = this.addWeight("kernel", [width, units], "float32", kernel);
    if (useBias) this.#bias = this.addWeight("bias", [units], "float32", tf.initializers.zeros());
    this.#direction = this.addWeight("direction", [units, 1], "float32", direction, undefined, false);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...(inputShape as tf.Shape).slice(0, -1), this.#options.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const kernel = spectralNormalized(this.#kernel.read(), this.#direction, kwargs.training === true);
      const linear = tf.matMul(single(inputs) as tf.Tensor2D, kernel as tf.Tensor2D);
      return this.#bias === undefined ? linear : tf.add(linear, this.#bias.read());
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#options };
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
 * @throws ConfigError for units < 1.
 * @example
 * ```ts
 * import { spectralDense } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * spectralDense({ units: 1 }).apply(tf.ones([8, 32])); // [8, 1]
 * ```
 */
export function spectralDense(options: SpectralDenseOptions): SpectralDense {
  return new SpectralDense(options);
}
