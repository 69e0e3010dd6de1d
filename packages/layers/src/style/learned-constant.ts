import { type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  registerLayer,
  single,
  singleShape,
} from "../internal/layer.js";
import { SEEDED, SeededLayer, type SeededLayerOptions } from "../internal/seeded-layer.js";

/** Options of {@link learnedConstant}. */
export interface LearnedConstantOptions extends SeededLayerOptions {
  /** Shape of the constant: `[height, width, channels]`. */
  readonly shape: readonly number[];
}

const SPECIFICATION = { shape: sizes(), ...SEEDED } satisfies SpecificationOf<
  Omit<LearnedConstantOptions, keyof LayerOptions>
>;

/** The layer behind {@link learnedConstant}; a class because tfjs serialises by class name. */
export class LearnedConstant extends SeededLayer<LearnedConstantOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitLearnedConstant";
  #constant!: tf.LayerVariable;

  constructor(options: LearnedConstantOptions) {
    super("learnedConstant", SPECIFICATION, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const start = this.initial("constant", "normal", 1);
    this.#constant = this.addWeight("constant", [1, ...this.options.shape], "float32", start);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const { shape } = this.options;
    const batch = single(inputs).shape[0]!;
    return tf.tidy(() => tf.tile(this.#constant.read(), [batch, ...shape.map(() => 1)]));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [singleShape(inputShape)[0]!, ...this.options.shape];
  }
}
registerLayer(LearnedConstant);

/**
 * The same learnt picture for every example, whatever it is called with: where StyleGAN's synthesis begins.
 *
 * **Shapes** `[batch, …]` → `[batch, …shape]`.
 *
 * **Source** Karras, Laine and Aila, "A Style-Based Generator Architecture for Generative Adversarial Networks", 2019, section 2.
 * https://arxiv.org/abs/1812.04948
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { learnedConstant } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * learnedConstant({ shape: [4, 4, 8] }).apply(tf.zeros([2, 16])); // [2, 4, 4, 8]
 * ```
 */
export function learnedConstant(options: LearnedConstantOptions): LearnedConstant {
  return new LearnedConstant(checkedLayer("learnedConstant", SPECIFICATION, options));
}
