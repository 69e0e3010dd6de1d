import { ConfigError } from "@latentkit/core";
import { flag, integer, numbers, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, checkedLayer, type LayerOptions, registerLayer, singleShape } from "../internal/layer.js";
import { SeededLayer } from "../internal/seeded-layer.js";
import type { CausalStyle } from "./causal-layer.js";
import { STYLE } from "./options.js";

/** Degrees of units, one list for each mask. */
export type Degrees = readonly (readonly number[])[];

/** Options of {@link maskedDense}. */
export interface MaskedDenseOptions extends CausalStyle {
  /** Outputs. */
  readonly units: number;
  /** Degree of each input, for each mask. */
  readonly inputDegrees: Degrees;
  /** Degree of each output, for each mask. */
  readonly degrees: Degrees;
  /** Whether an output sees inputs of lower degree alone, not those of its own. Default false. */
  readonly strict?: boolean;
}

const DEGREES = numbers<Degrees>(
  "lists of integers ≥ 0 of equal length, one for each mask",
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (list) =>
        Array.isArray(list) &&
        list.length === (value as Degrees)[0]!.length &&
        list.every((degree) => Number.isSafeInteger(degree) && degree >= 0),
    ),
);

const SPECIFICATION = {
  units: integer({ min: 1 }),
  inputDegrees: DEGREES,
  degrees: DEGREES,
  strict: flag({ default: false }),
  ...STYLE,
} satisfies SpecificationOf<Omit<MaskedDenseOptions, keyof LayerOptions>>;

/** The layer behind {@link maskedDense}; a class because tfjs serialises by class name. */
export class MaskedDense extends SeededLayer<MaskedDenseOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitMaskedDense";
  /** `[inputs, units]`, of which each mask uses a part. */
  kernel!: tf.LayerVariable;
  /** Bias, where there is one. */
  bias: tf.LayerVariable | undefined;

  constructor(options: MaskedDenseOptions) {
    super("maskedDense", SPECIFICATION, options);
    const { units, degrees, inputDegrees } = this.options;
    if (degrees[0]!.length !== units || degrees.length !== inputDegrees.length) {
      throw new ConfigError(
        `maskedDense: expected \`degrees\` of ${units} units for ${inputDegrees.length} masks, received ${degrees[0]!.length} for ${degrees.length}.`,
      );
    }
  }

  /** Outputs. */
  get units(): number {
    return this.options.units;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { units, inputDegrees, useBias, scale } = this.options;
    const inputs = singleShape(inputShape).at(-1)!;
    if (inputs !== inputDegrees[0]!.length) {
      throw new ConfigError(
        `maskedDense: expected \`inputDegrees\` of ${inputs} inputs, received ${inputDegrees[0]!.length}.`,
      );
    }
    // About half of the inputs are seen.
    const initial = this.initial("kernel", "normal", scale / Math.sqrt(Math.max(1, inputs / 2)));
    this.kernel = this.addWeight("kernel", [inputs, units], "float32", initial);
    if (useBias) this.bias = this.addWeight("bias", [units], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const { degrees, inputDegrees, strict } = this.options;
    const [x, mask] = Array.isArray(inputs) ? inputs : [inputs];
    return tf.tidy(() => {
      const [from, to] = [chosen(inputDegrees, mask), chosen(degrees, mask)]; // [1, inputs], [1, units]
      const before = tf.transpose(from); // [inputs, 1]
      const seen = tf.cast(strict ? tf.greater(to, before) : tf.greaterEqual(to, before), "float32");
      const y = tf.matMul(x as tf.Tensor2D, tf.mul(this.kernel.read(), seen) as tf.Tensor2D);
      return this.bias === undefined ? y : tf.add(y, this.bias.read());
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...singleShape(inputShape).slice(0, -1), this.options.units];
  }
}
registerLayer(MaskedDense);

/** Degrees under the mask that the first row of a selector names; of the first mask without one: `[1, units]`. */
function chosen(degrees: Degrees, selector: tf.Tensor | undefined): tf.Tensor2D {
  const all = tf.tensor2d(
    degrees.map((list) => [...list]),
    undefined,
    "float32",
  ); // [masks, units]
  if (selector === undefined) return tf.slice(all, 0, 1);
  return tf.matMul(tf.slice(selector, 0, 1) as tf.Tensor2D, all);
}

/**
 * A dense layer in which an output sees the inputs whose degree is at most its own, or less with `strict`: a network of such layers
 * predicts each value from those before it in an order. A second input chooses among several masks, `[batch, masks]`, one-hot, the same in
 * all rows.
 *
 * **Shapes** `[batch, inputs]` (, `[batch, masks]`) → `[batch, units]`.
 *
 * **Source** Germain, Gregor, Murray and Larochelle, "MADE: Masked Autoencoder for Distribution Estimation", 2015, equations 8 and 13.
 * https://arxiv.org/abs/1502.03509
 *
 * @throws ConfigError for degrees that do not fit, and other options that cannot work.
 * @example
 * ```ts
 * import { maskedDense } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * const layer = maskedDense({ units: 2, inputDegrees: [[1, 2, 3]], degrees: [[1, 2]] });
 * layer.apply(tf.ones([4, 3])); // [4, 2]: the second unit sees two inputs
 * ```
 */
export function maskedDense(options: MaskedDenseOptions): MaskedDense {
  return new MaskedDense(checkedLayer("maskedDense", SPECIFICATION, options));
}
