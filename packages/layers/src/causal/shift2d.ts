import { integer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, checkedLayer, type LayerOptions, registerLayer, single } from "../internal/layer.js";
import { OptionsLayer } from "../internal/options-layer.js";
import { window } from "./rectangle.js";

/** Options of {@link shift2d}. */
export interface Shift2dOptions extends LayerOptions {
  /** Rows that a picture moves down. Default 0. */
  readonly down?: number;
  /** Columns that it moves to the right. Default 0. */
  readonly right?: number;
}

const SPECIFICATION = {
  down: integer({ min: 0, default: 0 }),
  right: integer({ min: 0, default: 0 }),
} satisfies SpecificationOf<Omit<Shift2dOptions, keyof LayerOptions>>;

/** The layer behind {@link shift2d}; a class because tfjs serialises by class name. */
export class Shift2d extends OptionsLayer<Shift2dOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitShift2d";

  constructor(options: Shift2dOptions) {
    super("shift2d", SPECIFICATION, options);
  }

  /** Rows down. */
  get down(): number {
    return this.options.down;
  }

  /** Columns to the right. */
  get right(): number {
    return this.options.right;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => {
      const x = single(inputs) as tf.Tensor4D;
      const [down, right] = [Math.min(this.down, x.shape[1]), Math.min(this.right, x.shape[2])];
      const moved = window(x, { rows: [-down, -down], columns: [-right, -right] });
      return moved === x ? tf.clone(x) : moved;
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }
}
registerLayer(Shift2d);

/**
 * Moves pictures down and to the right, zeros coming in: a place then holds what was above or to the left of it, and no longer itself.
 *
 * **Shapes** `[batch, height, width, channels]` → the same.
 *
 * **Source** Salimans et al., "PixelCNN++", 2017, section 2.3. https://arxiv.org/abs/1701.05517
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { shift2d } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * shift2d({ right: 1 }).apply(tf.tensor4d([1, 2, 3], [1, 1, 3, 1])); // [0, 1, 2]
 * ```
 */
export function shift2d(options: Shift2dOptions): Shift2d {
  return new Shift2d(checkedLayer("shift2d", SPECIFICATION, options));
}
