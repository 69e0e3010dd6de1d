import { choice, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, checkedLayer, type LayerOptions, registerLayer, single } from "../internal/layer.js";
import { SeededLayer } from "../internal/seeded-layer.js";
import type { CausalLayerOptions } from "./causal-layer.js";
import { CAUSAL } from "./options.js";
import { checkWidth, SHIFT_DIRECTIONS, type ShiftDirection } from "./shifted-conv2d.js";

/** Options of {@link shiftedConv2dTranspose}. */
export interface ShiftedConv2dTransposeOptions extends CausalLayerOptions {
  /** Height and width of the kernel: `[2, 3]` for `down`, `[2, 2]` for `downRight`. The width of a `down` kernel is odd. */
  readonly kernelSize: readonly number[];
  /** Where the kernel lies. */
  readonly direction: ShiftDirection;
}

const SPECIFICATION = {
  kernelSize: { ...sizes({ minLength: 2, maxLength: 2 }), expected: "[height, width]" },
  direction: choice(SHIFT_DIRECTIONS),
  ...CAUSAL,
} satisfies SpecificationOf<Omit<ShiftedConv2dTransposeOptions, keyof LayerOptions>>;

/** The layer behind {@link shiftedConv2dTranspose}; a class because tfjs serialises by class name. */
export class ShiftedConv2dTranspose extends SeededLayer<ShiftedConv2dTransposeOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitShiftedConv2dTranspose";
  /** `[rows, columns, outputs, inputs]`. */
  kernel!: tf.LayerVariable;
  /** Bias, where there is one. */
  bias: tf.LayerVariable | undefined;

  constructor(options: ShiftedConv2dTransposeOptions) {
    super("shiftedConv2dTranspose", SPECIFICATION, options);
    checkWidth("shiftedConv2dTranspose", this.options);
  }

  /** Output channels. */
  get filters(): number {
    return this.options.filters;
  }

  /** Columns by which the kernel reaches to the left of its place. */
  get left(): number {
    const { direction, kernelSize } = this.options;
    return direction === "down" ? (kernelSize[1]! - 1) / 2 : 0;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const channels = (inputShape as tf.Shape).at(-1)!;
    const { filters, kernelSize, useBias, scale } = this.options;
    // Each output meets a quarter of the taps.
    const seen = (kernelSize[0]! * kernelSize[1]! * channels) / 4;
    const initial = this.initial("kernel", "normal", scale / Math.sqrt(Math.max(1, seen)));
    this.kernel = this.addWeight("kernel", [...kernelSize, filters, channels], "float32", initial);
    if (useBias) this.bias = this.addWeight("bias", [filters], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const [rows, columns] = this.options.kernelSize as [number, number];
    return tf.tidy(() => {
      const x = single(inputs) as tf.Tensor4D;
      const [batch, height, width] = x.shape;
      const { filters } = this;
      const whole: [number, number, number, number] = [
        batch,
        2 * height + Math.max(0, rows - 2),
        2 * width + Math.max(0, columns - 2),
        filters,
      ];
      const spread = tf.conv2dTranspose(x, this.kernel.read() as tf.Tensor4D, whole, 2, "valid");
      const cut = tf.slice(spread, [0, 0, this.left, 0], [batch, 2 * height, 2 * width, filters]);
      return this.bias === undefined ? cut : tf.add(cut, this.bias.read());
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width] = inputShape as [null, number | null, number | null];
    const doubled = (size: number | null): number | null => (size === null ? null : 2 * size);
    return [batch, doubled(height), doubled(width), this.filters];
  }
}
registerLayer(ShiftedConv2dTranspose);

/**
 * The way back up from {@link shiftedConv2d} with strides of 2: each place is spread over the places that it is left of and above.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, 2 · height, 2 · width, filters]`.
 *
 * **Source** Salimans et al., "PixelCNN++", 2017, section 2.3. https://arxiv.org/abs/1701.05517
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { shiftedConv2dTranspose } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * const up = shiftedConv2dTranspose({ filters: 4, kernelSize: [2, 2], direction: "downRight" });
 * const large = up.apply(tf.ones([1, 4, 4, 8])) as tf.Tensor; // [1, 8, 8, 4]
 * ```
 */
export function shiftedConv2dTranspose(options: ShiftedConv2dTransposeOptions): ShiftedConv2dTranspose {
  return new ShiftedConv2dTranspose(checkedLayer("shiftedConv2dTranspose", SPECIFICATION, options));
}
