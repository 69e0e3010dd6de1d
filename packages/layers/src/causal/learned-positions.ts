import { number, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, checkedLayer, type LayerOptions, registerLayer, single } from "../internal/layer.js";
import { SEEDED, SeededLayer, type SeededLayerOptions } from "../internal/seeded-layer.js";

/** Options of {@link learnedPositions}. */
export interface LearnedPositionsOptions extends SeededLayerOptions {
  /** Deviation of the initial values. Default 0.02. */
  readonly deviation?: number;
}

const SPECIFICATION = { deviation: number({ above: 0, default: 0.02 }), ...SEEDED } satisfies SpecificationOf<
  Omit<LearnedPositionsOptions, keyof LayerOptions>
>;

/** The layer behind {@link learnedPositions}; a class because tfjs serialises by class name. */
export class LearnedPositions extends SeededLayer<LearnedPositionsOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitLearnedPositions";
  /** `[height, width, channels]`. */
  positions!: tf.LayerVariable;

  constructor(options: LearnedPositionsOptions = {}) {
    super("learnedPositions", SPECIFICATION, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const initial = this.initial("positions", "normal", this.options.deviation);
    this.positions = this.addWeight("positions", (inputShape as tf.Shape).slice(1), "float32", initial);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => tf.add(single(inputs), this.positions.read()));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return inputShape as tf.Shape;
  }
}
registerLayer(LearnedPositions);

/**
 * Adds a learnt vector to every place, by which a network that treats places alike can tell them apart.
 *
 * **Shapes** `[batch, …, channels]` → the same.
 *
 * **Source** Vaswani et al., "Attention Is All You Need", 2017, section 3.5. https://arxiv.org/abs/1706.03762
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { learnedPositions } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * learnedPositions().apply(tf.zeros([1, 4, 4, 8])); // [1, 4, 4, 8]
 * ```
 */
export function learnedPositions(options: LearnedPositionsOptions = {}): LearnedPositions {
  return new LearnedPositions(checkedLayer("learnedPositions", SPECIFICATION, options));
}
