import { integer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkedLayer, type LayerOptions, registerLayer, single } from "../internal/layer.js";
import { SEEDED, SeededLayer, type SeededLayerOptions } from "../internal/seeded-layer.js";

/** Options of {@link maxout}. */
export interface MaxoutOptions extends SeededLayerOptions {
  /** Outputs. */
  readonly units: number;
  /** Linear pieces an output is the largest of. Default 5. */
  readonly pieces?: number;
}

const SPECIFICATION = {
  units: integer({ min: 1 }),
  pieces: integer({ min: 2, default: 5 }),
  ...SEEDED,
} satisfies SpecificationOf<Omit<MaxoutOptions, keyof LayerOptions>>;

/** The layer behind {@link maxout}; a class because tfjs serialises by class name. */
export class Maxout extends SeededLayer<MaxoutOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitMaxout";
  #kernel!: tf.LayerVariable;
  #bias!: tf.LayerVariable;

  constructor(options: MaxoutOptions) {
    super("maxout", SPECIFICATION, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const width = (inputShape as tf.Shape).at(-1)!;
    const { units, pieces } = this.options;
    const init = this.initial("kernel");
    this.#kernel = this.addWeight("kernel", [width, units * pieces], "float32", init);
    this.#bias = this.addWeight("bias", [units * pieces], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [(inputShape as tf.Shape)[0]!, this.options.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const { units, pieces } = this.options;
    return tf.tidy(() => {
      const x = single(inputs) as tf.Tensor2D;
      const linear = tf.add(tf.matMul(x, this.#kernel.read() as tf.Tensor2D), this.#bias.read());
      return tf.max(tf.reshape(linear, [x.shape[0], units, pieces]), 2); // [batch, units, pieces] → [batch, units]
    });
  }
}
registerLayer(Maxout);

/**
 * A dense layer whose outputs are the largest of several linear pieces: a learnt convex activation, used in the
 * discriminators of the first GANs and of PacGAN's toy experiments.
 *
 * **Shapes**: `[batch, inputs]` → `[batch, units]`: `h_u = max_p (x·W[:, u, p] + b[u, p])`.
 *
 * **Source**: Goodfellow et al., "Maxout Networks", 2013, equation in section 2. https://arxiv.org/abs/1302.4389
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { maxout } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * const network = tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [2] }), maxout({ units: 200, name: "hidden1" })] });
 * ```
 */
export function maxout(options: MaxoutOptions): Maxout {
  return new Maxout(checkedLayer("maxout", SPECIFICATION, options));
}
