import { ConfigError } from "@latentkit/core";
import { choice, integer, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import { checkedLayer, type LayerOptions, registerLayer } from "../internal/layer.js";
import { CausalConvolution, type CausalLayerOptions, type TapsPlan } from "./causal-layer.js";
import { type MaskKind, maskedPlan } from "./masked-plan.js";
import { CAUSAL } from "./options.js";

/** Names of {@link MaskKind}. */
export const MASK_KINDS: readonly MaskKind[] = ["A", "B"];

/** Options of {@link maskedConv2d}. */
export interface MaskedConv2dOptions extends CausalLayerOptions {
  /** Height and width of the whole kernel, odd: `[7, 7]`. A height of 1 looks along the row alone. */
  readonly kernelSize: readonly number[];
  /** `A` in the first layer, which may not see the place itself; `B` behind it. */
  readonly mask: MaskKind;
  /** Groups of channels, R, G, B: each sees those before it in the same place. Channels stand group by group. Default 1. */
  readonly colours?: number;
}

const SPECIFICATION = {
  kernelSize: { ...sizes({ minLength: 2, maxLength: 2 }), expected: "[height, width], both odd" },
  mask: choice(MASK_KINDS),
  colours: integer({ min: 1, default: 1 }),
  ...CAUSAL,
} satisfies SpecificationOf<Omit<MaskedConv2dOptions, keyof LayerOptions>>;

/** The layer behind {@link maskedConv2d}; a class because tfjs serialises by class name. */
export class MaskedConv2d extends CausalConvolution<MaskedConv2dOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitMaskedConv2d";
  /** Which colours of its own place the layer sees. */
  readonly mask: MaskKind;
  override readonly colours: number;

  constructor(options: MaskedConv2dOptions) {
    super("maskedConv2d", SPECIFICATION, options);
    this.mask = this.options.mask;
    this.colours = this.options.colours;
    checkOdd(this.options.kernelSize);
  }

  override get filters(): number {
    return this.options.filters;
  }

  protected override plan(channels: number): TapsPlan[] {
    return maskedPlan("maskedConv2d", this.options, channels, this.filters);
  }
}
registerLayer(MaskedConv2d);

function checkOdd(kernelSize: readonly number[]): void {
  if (kernelSize.every((size) => size % 2 === 1)) return;
  throw new ConfigError(
    `maskedConv2d: expected \`kernelSize\` to be [height, width], both odd, received [${kernelSize.join(", ")}].`,
  );
}

/**
 * A convolution that sees only what comes before its place in reading order: the rows above, and of its own row what is to the left;
 * with `B` its own place too. With `colours`, a group of channels sees of its own place the groups before it, and with `B` itself:
 * R → G → B. Masked taps have no weights and are not computed: a 3×3 mask B has 5 taps of 9, a 7×7 mask A 24 of 49.
 *
 * Stacks of 3×3 masked convolutions have a blind spot to the right above; see {@link shiftedConv2d} for stacks without one.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, height, width, filters]`.
 *
 * **Source** van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks", 2016, section 3.4 and figure 2.
 * https://arxiv.org/abs/1601.06759
 *
 * @throws ConfigError for even sizes and other options that cannot work; ShapeError when channels are no multiple of `colours`.
 * @example
 * ```ts
 * import { maskedConv2d } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * const first = maskedConv2d({ filters: 8, kernelSize: [7, 7], mask: "A" });
 * const seen = first.apply(tf.ones([2, 28, 28, 1])) as tf.Tensor; // [2, 28, 28, 8]
 * ```
 */
export function maskedConv2d(options: MaskedConv2dOptions): MaskedConv2d {
  return new MaskedConv2d(checkedLayer("maskedConv2d", SPECIFICATION, options));
}
