import { integer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkedLayer, type LayerOptions, registerLayer } from "../internal/layer.js";
import type { CellState } from "./cells.js";
import { RECURRENT, RecurrentLayer, type RecurrentLayerOptions } from "./recurrent-layer.js";
import { columnsOf, stepsOf } from "./steps.js";

/** Options of {@link vectorToSequence}. */
export interface VectorToSequenceOptions extends RecurrentLayerOptions {
  /** Steps to write. */
  readonly steps: number;
  /** Numbers at each step. */
  readonly features: number;
}

const SPECIFICATION = {
  ...RECURRENT,
  steps: integer({ min: 1 }),
  features: integer({ min: 1 }),
} satisfies SpecificationOf<Omit<VectorToSequenceOptions, keyof LayerOptions>>;

/** The layer behind {@link vectorToSequence}; a class because tfjs serialises by class name. */
export class VectorToSequence extends RecurrentLayer<VectorToSequenceOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitVectorToSequence";
  #outputKernel!: tf.LayerVariable;
  #outputBias!: tf.LayerVariable;

  constructor(options: VectorToSequenceOptions) {
    super("vectorToSequence", SPECIFICATION, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { units, features } = this.options;
    this.buildCell(features);
    const kernel = this.initial("outputKernel");
    this.#outputKernel = this.addWeight("outputKernel", [units, features], "float32", kernel);
    this.#outputBias = this.addWeight("outputBias", [features], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [first] = inputShape as tf.Shape[];
    return [Array.isArray(first) ? first[0]! : (inputShape as tf.Shape)[0]!, this.options.steps, this.options.features];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [start, teacher, forcing] = Array.isArray(inputs) ? inputs : [inputs];
      const truth = teacher && stepsOf(teacher);
      const forced = forcing && columnsOf(forcing, this.options.steps); // [batch, 1] each
      let state: CellState = columnsOf(start!, this.kind.states);
      let previous = tf.zeros<tf.Rank.R2>([start!.shape[0]!, this.options.features]);
      const written: tf.Tensor2D[] = [];
      for (let t = 0; t < this.options.steps; t++) {
        if (t > 0 && truth !== undefined && forced !== undefined) {
          const own = tf.mul(tf.sub(1, forced[t]!), previous);
          previous = tf.add(tf.mul(forced[t]!, truth[t - 1]!), own);
        }
        state = this.step(this.project(previous), state);
        previous = tf.add(
          tf.matMul(state[0]!, this.#outputKernel.read() as tf.Tensor2D),
          this.#outputBias.read(),
        ) as tf.Tensor2D;
        written.push(previous);
      }
      return tf.stack(written, 1); // [batch, steps, features]
    });
  }
}
registerLayer(VectorToSequence);

/**
 * A recurrent layer that writes a sequence from a first state, each step given what was written before it: y₁ from zeros, yₜ from
 * yₜ₋₁. With a teacher, step t is given the true xₜ₋₁ instead where `forcing` is 1.
 *
 * The cells are those of {@link sequenceToVector}; yₜ = hₜV + b.
 *
 * **Shapes** first state `[batch, units]` (GRU) or `[batch, 2 · units]` (LSTM: hidden state, memory), or
 * `[state, teacher, forcing]` with `teacher` `[batch, steps, features]` and `forcing` `[batch, steps]` →
 * `[batch, steps, features]`.
 *
 * **Source** Williams and Zipser, "A Learning Algorithm for Continually Running Fully Recurrent Neural Networks", 1989, section 2.2,
 * for teacher forcing; Bengio et al., "Scheduled Sampling", 2015, https://arxiv.org/abs/1506.03099, for forcing some steps.
 *
 * @throws ConfigError for an unknown cell or sizes < 1.
 * @example
 * ```ts
 * import { vectorToSequence } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * vectorToSequence({ units: 16, cell: "gru", steps: 24, features: 2 }).apply(tf.ones([8, 16])); // [8, 24, 2]
 * ```
 */
export function vectorToSequence(options: VectorToSequenceOptions): VectorToSequence {
  return new VectorToSequence(checkedLayer("vectorToSequence", SPECIFICATION, options));
}
