import { linearSchedule, ShapeError } from "@latentkit/core";
import { currentStep, integer, type SpecificationOf, showShape } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, checkedLayer, type LayerOptions, registerLayer } from "../internal/layer.js";
import { OptionsLayer } from "../internal/options-layer.js";

/** Options of {@link fadeIn}. */
export interface FadeInOptions extends LayerOptions {
  /** Updates over which the second input takes the place of the first. 0 shows the second alone. */
  readonly steps: number;
}

const SPECIFICATION = { steps: integer({ min: 0 }) } satisfies SpecificationOf<Omit<FadeInOptions, keyof LayerOptions>>;

/** The layer behind {@link fadeIn}; a class because tfjs serialises by class name. */
export class FadeIn extends OptionsLayer<FadeInOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitFadeIn";
  #share!: tf.LayerVariable;

  constructor(options: FadeInOptions) {
    super("fadeIn", SPECIFICATION, options);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shapes = inputShape as tf.Shape[];
    const fits = shapes.length === 2 && Array.isArray(shapes[0]) && showShape(shapes[0]) === showShape(shapes[1]!);
    if (!fits) throw new ShapeError("fadeIn: expected two inputs of one shape.");
    // What evaluation and files know of how far the fade has come.
    const start = tf.initializers.constant({ value: this.options.steps === 0 ? 1 : 0 });
    this.#share = this.addWeight("share", [], "float32", start, undefined, false);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments = {}): tf.Tensor {
    const [before, after] = inputs as [tf.Tensor, tf.Tensor];
    const { steps } = this.options;
    if (steps === 0) return after;
    return tf.tidy(() => {
      if (kwargs.training === true) {
        const share = currentStep(this.name).schedule(linearSchedule({ from: 0, to: 1, steps }));
        this.#share.write(share);
        return tf.add(before, tf.mul(share, tf.sub(after, before)));
      }
      return tf.add(before, tf.mul(this.#share.read(), tf.sub(after, before)));
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return (inputShape as tf.Shape[])[0]!;
  }
}
registerLayer(FadeIn);

/**
 * Passes from one input to another while a network grows: (1 − α)·before + α·after, α rising from 0 to 1 over `steps` updates of the
 * objective that is running. In evaluation α is where training left it.
 *
 * **Shapes** two of one shape → the same.
 *
 * **Source** Karras et al., "Progressive Growing of GANs for Improved Quality, Stability, and Variation", 2018, figure 2.
 * https://arxiv.org/abs/1710.10196
 *
 * @throws ConfigError for options that are misspelt or cannot work; ShapeError for inputs of different shapes.
 * @example
 * ```ts
 * import { fadeIn } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * fadeIn({ steps: 100 }).apply([tf.zeros([1, 4]), tf.ones([1, 4])]); // zeros: nothing is trained yet
 * ```
 */
export function fadeIn(options: FadeInOptions): FadeIn {
  return new FadeIn(checkedLayer("fadeIn", SPECIFICATION, options));
}
