import { ShapeError } from "@latentkit/core";
import { choice, integer, type SpecificationOf, smoothSigmoid, smoothTanh } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  registerLayer,
  single,
  singleShape,
} from "../internal/layer.js";
import { OptionsLayer } from "../internal/options-layer.js";

/** What the gate is held before: tanh, as in the gated PixelCNN, or nothing, as in PixelCNN++. */
export type GatedValue = "tanh" | "linear";

/** Names of {@link GatedValue}. */
export const GATED_VALUES: readonly GatedValue[] = ["tanh", "linear"];

/** Options of {@link gatedUnit}. */
export interface GatedUnitOptions extends LayerOptions {
  /** What stands before the gate. Default `tanh`. */
  readonly value?: GatedValue;
  /** Groups of channels that are halved each by itself, as {@link maskedConv2d} makes them. Default 1. */
  readonly colours?: number;
}

const SPECIFICATION = {
  value: choice(GATED_VALUES, { default: "tanh" }),
  colours: integer({ min: 1, default: 1 }),
} satisfies SpecificationOf<Omit<GatedUnitOptions, keyof LayerOptions>>;

/** The layer behind {@link gatedUnit}; a class because tfjs serialises by class name. */
export class GatedUnit extends OptionsLayer<GatedUnitOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitGatedUnit";

  constructor(options: GatedUnitOptions = {}) {
    super("gatedUnit", SPECIFICATION, options);
  }

  /** What stands before the gate. */
  get value(): GatedValue {
    return this.options.value;
  }

  /** Groups of channels. */
  get colours(): number {
    return this.options.colours;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = singleShape(inputShape).at(-1)!;
    if (channels % (2 * this.colours) !== 0) {
      throw new ShapeError(
        `gatedUnit: expected channels to be a multiple of ${2 * this.colours}, two halves a colour, received ${channels}.`,
      );
    }
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => {
      const x = single(inputs);
      const parts = tf.split(x, 2 * this.colours, -1); // [batch, …, half] each
      const gated = Array.from({ length: this.colours }, (_, group) => {
        const [value, gate] = [parts[2 * group]!, parts[2 * group + 1]!];
        return tf.mul(this.value === "tanh" ? smoothTanh(value) : value, smoothSigmoid(gate));
      });
      return gated.length === 1 ? gated[0]! : tf.concat(gated, -1);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const shape = singleShape(inputShape);
    return [...shape.slice(0, -1), shape.at(-1)! / 2];
  }
}
registerLayer(GatedUnit);

/**
 * Half of the channels, behind a gate that the other half opens: y = tanh(a)·σ(b), or a·σ(b).
 *
 * **Shapes** `[batch, …, 2 · channels]` → `[batch, …, channels]`.
 *
 * **Source** van den Oord et al., "Conditional Image Generation with PixelCNN Decoders", 2016, equation 2.
 * https://arxiv.org/abs/1606.05328
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { gatedUnit } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * gatedUnit().apply(tf.zeros([1, 6])); // [1, 3] of 0
 * ```
 */
export function gatedUnit(options: GatedUnitOptions = {}): GatedUnit {
  return new GatedUnit(checkedLayer("gatedUnit", SPECIFICATION, options));
}
