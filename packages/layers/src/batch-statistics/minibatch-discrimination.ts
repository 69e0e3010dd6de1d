import { integer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkedLayer, type LayerOptions, registerLayer, single } from "../internal/layer.js";
import { SEEDED, SeededLayer, type SeededLayerOptions } from "../internal/seeded-layer.js";

/** Options of {@link minibatchDiscrimination}. */
export interface MinibatchDiscriminationOptions extends SeededLayerOptions {
  /** Similarities added to each example's features, B in the paper. Default 100. */
  readonly kernels?: number;
  /** Dimensions in which each similarity is measured, C in the paper. Default 5. */
  readonly dimensions?: number;
}

const SPECIFICATION = {
  kernels: integer({ min: 1, default: 100 }),
  dimensions: integer({ min: 1, default: 5 }),
  ...SEEDED,
} satisfies SpecificationOf<Omit<MinibatchDiscriminationOptions, keyof LayerOptions>>;

/** The layer behind {@link minibatchDiscrimination}; a class because tfjs serialises by class name. */
export class MinibatchDiscrimination extends SeededLayer<MinibatchDiscriminationOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitMinibatchDiscrimination";
  #projection!: tf.LayerVariable;

  constructor(options: MinibatchDiscriminationOptions = {}) {
    super("minibatchDiscrimination", SPECIFICATION, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { kernels, dimensions } = this.options;
    const init = this.initial("projection");
    const width = (inputShape as tf.Shape).at(-1)!;
    this.#projection = this.addWeight("projection", [width, kernels * dimensions], "float32", init);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, width] = inputShape as [number, number];
    return [batch, width + this.options.kernels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { kernels, dimensions } = this.options;
    return tf.tidy(() => {
      const x = single(inputs) as tf.Tensor2D;
      const batch = x.shape[0];
      const projected = tf.matMul(x, this.#projection.read() as tf.Tensor2D);
      const left = tf.reshape(projected, [batch, 1, kernels, dimensions]);
      const right = tf.reshape(projected, [1, batch, kernels, dimensions]);
      const distance = tf.sum(tf.abs(tf.sub(left, right)), 3); // [batch, batch, kernels]
      // An example is at distance 0 of itself: the constant 1 carries nothing and is taken away.
      const closeness = tf.sub(tf.sum(tf.exp(tf.neg(distance)), 1), 1);
      return tf.concat([x, closeness as tf.Tensor2D], 1); // [batch, width + kernels]
    });
  }
}
registerLayer(MinibatchDiscrimination);

/**
 * Lets a discriminator see how close each example is to the rest of its batch, so that a generator that always gives the
 * same picture is caught. For each kernel b: `o(x_i)_b = Σ_{j≠i} exp(−‖M_{i,b} − M_{j,b}‖₁)` with `M_i = f(x_i)·T`,
 * appended to the features f. Put it before the last dense layer.
 *
 * **Shapes**: `[batch, features]` → `[batch, features + kernels]`; memory grows with batch².
 *
 * **Source**: Salimans et al., "Improved Techniques for Training GANs", 2016, section 3.2. https://arxiv.org/abs/1606.03498
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { minibatchDiscrimination } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * const layer = minibatchDiscrimination({ kernels: 16, dimensions: 4 });
 * layer.apply(tf.ones([8, 32])); // [8, 48]
 * ```
 */
export function minibatchDiscrimination(options: MinibatchDiscriminationOptions = {}): MinibatchDiscrimination {
  return new MinibatchDiscrimination(checkedLayer("minibatchDiscrimination", SPECIFICATION, options));
}
