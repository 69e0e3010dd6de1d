import { ConfigError } from "@latentkit/core";
import { choice, integer, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import { checkedLayer, type LayerOptions, registerLayer } from "../internal/layer.js";
import { CausalConvolution, type CausalLayerOptions, type TapsPlan } from "./causal-layer.js";
import { CAUSAL } from "./options.js";
import type { Rectangle } from "./rectangle.js";

/** Where a shifted convolution lies: above its place on both sides (`down`), or above and to the left (`downRight`). */
export type ShiftDirection = "down" | "downRight";

/** Names of {@link ShiftDirection}. */
export const SHIFT_DIRECTIONS: readonly ShiftDirection[] = ["down", "downRight"];

/** Options of {@link shiftedConv2d}. */
export interface ShiftedConv2dOptions extends CausalLayerOptions {
  /** Height and width of the kernel: `[2, 3]`. The width of a `down` kernel is odd. */
  readonly kernelSize: readonly number[];
  /** Where the kernel lies. */
  readonly direction: ShiftDirection;
  /** 2 halves height and width. Default 1. */
  readonly strides?: number;
}

const SPECIFICATION = {
  kernelSize: { ...sizes({ minLength: 2, maxLength: 2 }), expected: "[height, width]" },
  direction: choice(SHIFT_DIRECTIONS),
  strides: integer({ min: 1, max: 2, default: 1 }),
  ...CAUSAL,
} satisfies SpecificationOf<Omit<ShiftedConv2dOptions, keyof LayerOptions>>;

/** The layer behind {@link shiftedConv2d}; a class because tfjs serialises by class name. */
export class ShiftedConv2d extends CausalConvolution<ShiftedConv2dOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitShiftedConv2d";
  override readonly strides: number;

  constructor(options: ShiftedConv2dOptions) {
    super("shiftedConv2d", SPECIFICATION, options);
    this.strides = this.options.strides;
    checkWidth("shiftedConv2d", this.options);
  }

  override get filters(): number {
    return this.options.filters;
  }

  protected override plan(): TapsPlan[] {
    return [{ name: "kernel", rectangle: laid(this.options.kernelSize, this.options.direction) }];
  }
}
registerLayer(ShiftedConv2d);

/** A kernel over the place and what is above it, on both sides or on the left. */
function laid(kernelSize: readonly number[], direction: ShiftDirection): Rectangle {
  const [height, width] = kernelSize as [number, number];
  const half = (width - 1) / 2;
  return { rows: [1 - height, 0], columns: direction === "down" ? [-half, half] : [1 - width, 0] };
}

/** Refuses a kernel with no middle where one is needed. */
export function checkWidth(
  owner: string,
  { kernelSize, direction }: Pick<ShiftedConv2dOptions, "kernelSize" | "direction">,
): void {
  if (direction === "downRight" || kernelSize[1]! % 2 === 1) return;
  throw new ConfigError(
    `${owner}: expected \`kernelSize\` to have an odd width with direction 'down', received [${kernelSize.join(", ")}].`,
  );
}

/**
 * A convolution whose kernel lies above its place: `down` sees its own row and the rows above on both sides, `downRight` its own place
 * and what is to the left of it and above. Stacks of the first, fed with pictures moved down by a row, and of the second, fed with
 * pictures moved to the right, together see all that comes before a place, without a blind spot: see {@link shift2d}.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, ⌈height / strides⌉, ⌈width / strides⌉, filters]`.
 *
 * **Source** van den Oord et al., "Conditional Image Generation with PixelCNN Decoders", 2016, section 2.2,
 * https://arxiv.org/abs/1606.05328; Salimans et al., "PixelCNN++", 2017, section 2.3, https://arxiv.org/abs/1701.05517
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { shift2d, shiftedConv2d } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * const above = shift2d({ down: 1 }).apply(tf.ones([1, 8, 8, 1])) as tf.Tensor;
 * const vertical = shiftedConv2d({ filters: 4, kernelSize: [2, 3], direction: "down" }).apply(above); // [1, 8, 8, 4]
 * ```
 */
export function shiftedConv2d(options: ShiftedConv2dOptions): ShiftedConv2d {
  return new ShiftedConv2d(checkedLayer("shiftedConv2d", SPECIFICATION, options));
}
