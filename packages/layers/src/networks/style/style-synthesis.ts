import { choice, integer, optional, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { adaptiveInstanceNormalization } from "../../style/adaptive-instance-normalization.js";
import { firFilter } from "../../style/fir-filter.js";
import { learnedConstant } from "../../style/learned-constant.js";
import { modulatedConv2d } from "../../style/modulated-conv2d.js";
import { noiseInjection } from "../../style/noise-injection.js";
import { type Assembly, assembly } from "../assembly.js";
import { IMAGE_SHAPE, type NamedNetworkOptions, named } from "../options.js";
import { toUnit } from "../range.js";
import { conv, dense } from "./equalized.js";
import { growth } from "./growth.js";
import { leaky } from "./leaky.js";

/** Options of {@link styleSynthesis}. */
export interface StyleSynthesisOptions extends NamedNetworkOptions {
  /** Height, width and channels of a picture: square, with a side of 4, 8, 16, …. */
  readonly outputShape: readonly number[];
  /** Width of a style. Default 64. */
  readonly styleDim?: number;
  /** Channels at 4×4, 8×8, … up to the whole. Default 64, fewer in large pictures. */
  readonly filters?: readonly number[];
  /**
   * How styles act: `demodulation` scales kernels, with a picture summed over all sizes, as StyleGAN2 does; `instance` normalises
   * channels, as StyleGAN does. Default `demodulation`.
   */
  readonly modulation?: "demodulation" | "instance";
}

const SPECIFICATION = {
  outputShape: IMAGE_SHAPE,
  styleDim: integer({ min: 1, default: 64 }),
  filters: optional(sizes()),
  modulation: choice(["demodulation", "instance"], { default: "demodulation" }),
  ...named("synthesis"),
} satisfies SpecificationOf<StyleSynthesisOptions>;

type Node = tf.SymbolicTensor;

/**
 * StyleGAN's synthesis network: a learnt constant of 4×4 that grows by doublings, each with two convolutions that a style changes and
 * noise perturbs. It has two inputs for each size, `style1` …, so that coarse and fine styles may come from different codes. The
 * sum of pictures, about 0, is shifted to the middle of [0, 1], which nothing bounds it to.
 *
 * **Shapes** 2·sizes styles `[batch, styleDim]` → `[batch, side, side, channels]`.
 *
 * **Source** Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, figures 2 and 7,
 * https://arxiv.org/abs/1912.04958; `instance`: Karras, Laine and Aila, "A Style-Based Generator Architecture", 2019, figure 1.
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { styleSynthesis } from "@latentkit/layers";
 * const synthesis = styleSynthesis({ outputShape: [16, 16, 3], styleDim: 32, filters: [16, 16, 8] });
 * console.log(synthesis.inputs.length); // 6
 * ```
 */
export function styleSynthesis(options: StyleSynthesisOptions): tf.LayersModel {
  const resolved = resolveOptions("styleSynthesis", SPECIFICATION, options);
  const { outputShape, styleDim, modulation } = resolved;
  const channels = outputShape[2]!;
  const { sides, filters } = growth("styleSynthesis", "outputShape", outputShape, resolved.filters);
  const net = assembly(resolved);
  const styles = sides.flatMap((_, i) => [2 * i + 1, 2 * i + 2].map((n) => net.input(`style${n}`, [styleDim])));
  const parts: Parts = { net, channels, block: modulation === "instance" ? normalized : modulated };
  const start = learnedConstant({ shape: [4, 4, filters[0]!], ...net.weights("start"), name: net.named("start") });
  let x = net.apply(start, styles[0]!);
  let picture: Node | undefined;
  for (const [i, side] of sides.entries()) {
    const [first, second] = [styles[2 * i]!, styles[2 * i + 1]!];
    if (i > 0) x = parts.block(parts, `up${side}`, net.apply(filter(net, `up${side}_fir`), x), first, filters[i]!);
    else if (modulation === "instance") x = parts.block(parts, "first4", x, first, filters[0]!);
    x = parts.block(parts, `conv${side}`, x, i === 0 && modulation === "demodulation" ? first : second, filters[i]!);
    if (modulation === "demodulation" || side === sides.at(-1)) {
      const own = toPicture(parts, `picture${side}`, x, modulation === "demodulation" ? second : undefined);
      const larger = picture && net.apply(filter(net, `picture${side}_fir`), picture);
      picture = larger ? net.apply(tf.layers.add({ name: net.named(`sum${side}`) }), [larger, own]) : own;
    }
  }
  return net.model([toUnit(net, picture!)]);
}

interface Parts {
  readonly net: Assembly;
  readonly channels: number;
  readonly block: (parts: Parts, layer: string, x: Node, style: Node, filters: number) => Node;
}

const filter = (net: Assembly, layer: string) => firFilter({ resample: "up", name: net.named(layer) });

/** A style's effect on a layer: an affine map of w that begins at `start`. */
function affine({ net }: Parts, layer: string, style: Node, units: number, biasStart: number): Node {
  return dense(net, `${layer}_style`, style, units, { biasStart });
}

/** StyleGAN2: modulated convolution, noise, leaky ReLU. */
function modulated(parts: Parts, layer: string, x: Node, style: Node, filters: number): Node {
  const { net } = parts;
  const scales = affine(parts, layer, style, x.shape.at(-1)!, 1);
  const conv = modulatedConv2d({ filters, kernelSize: 3, ...net.weights(layer), name: net.named(layer) });
  const y = net.apply(noiseInjection({ name: net.named(`${layer}_noise`) }), net.apply(conv, [x, scales]));
  return leaky(net, layer, y);
}

/** StyleGAN: convolution, noise, leaky ReLU, then the mean and deviation that the style says. */
function normalized(parts: Parts, layer: string, x: Node, style: Node, filters: number): Node {
  const { net } = parts;
  const y = net.apply(noiseInjection({ name: net.named(`${layer}_noise`) }), conv(net, layer, x, filters, 3));
  const normal = adaptiveInstanceNormalization({ name: net.named(`${layer}_moments`) });
  return net.apply(normal, [leaky(net, layer, y), affine(parts, layer, style, 2 * filters, 0)]);
}

/** Channels of a picture from features: 1×1, without demodulation. */
function toPicture(parts: Parts, layer: string, x: Node, style: Node | undefined): Node {
  const { net, channels } = parts;
  if (style === undefined) return conv(net, layer, x, channels, 1);
  const scales = affine(parts, layer, style, x.shape.at(-1)!, 1);
  const shared = { filters: channels, kernelSize: 1, ...net.weights(layer), name: net.named(layer) };
  return net.apply(modulatedConv2d({ ...shared, demodulate: false }), [x, scales]);
}
