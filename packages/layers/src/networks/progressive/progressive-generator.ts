import { integer, resolveOptions, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { pixelNormalization } from "../../style/pixel-normalization.js";
import { type Assembly, assembly } from "../assembly.js";
import { IMAGE_SHAPE, named } from "../options.js";
import { toUnit } from "../range.js";
import { conv, dense } from "../style/equalized.js";
import { growth } from "../style/growth.js";
import { leaky } from "../style/leaky.js";
import { faded, PROGRESSIVE, type ProgressiveOptions, repeated } from "./options.js";

/** Options of {@link progressiveGenerator}. */
export interface ProgressiveGeneratorOptions extends ProgressiveOptions {
  /** Height, width and channels of a picture: square, with a side of 4, 8, 16, …. */
  readonly outputShape: readonly number[];
  /** Width of the noise. Default 64. */
  readonly latentDim?: number;
}

const SPECIFICATION = {
  outputShape: IMAGE_SHAPE,
  latentDim: integer({ min: 1, default: 64 }),
  ...PROGRESSIVE,
  ...named("generator"),
} satisfies SpecificationOf<ProgressiveGeneratorOptions>;

type Node = tf.SymbolicTensor;

/**
 * ProGAN's generator at one size: noise on a sphere, then from 4×4 on two convolutions a size, each with an equalised learning rate,
 * leaky ReLU and pixel normalisation. With `fadeSteps` the largest size comes in by and by: `(1 − α)` of the enlarged picture of the size
 * before and `α` of its own. Layers have the same names at each size, by which {@link growNetwork} hands weights on.
 *
 * **Shapes** `[batch, latentDim]` (, `[batch, classes]`) → `[batch, side, side, channels]`, not bounded.
 *
 * **Source** Karras et al., "Progressive Growing of GANs for Improved Quality, Stability, and Variation", 2018, table 2 and figure 2.
 * https://arxiv.org/abs/1710.10196
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { progressiveGenerator } from "@latentkit/layers";
 * const generator = progressiveGenerator({ outputShape: [8, 8, 3], latentDim: 16, filters: [16, 8], fadeSteps: 1000 });
 * ```
 */
export function progressiveGenerator(options: ProgressiveGeneratorOptions): tf.LayersModel {
  const resolved = resolveOptions("progressiveGenerator", SPECIFICATION, options);
  const { outputShape, latentDim, classes, fadeSteps } = resolved;
  const { sides, filters } = growth("progressiveGenerator", "outputShape", outputShape, resolved.filters);
  const net = assembly(resolved);
  const noise = net.apply(pixelNormalization({ name: net.named("sphere") }), net.input("noise", [latentDim]));
  const label = classes === undefined ? [] : [net.input("class", [classes])];
  const told =
    label.length > 0 ? net.apply(tf.layers.concatenate({ name: net.named("told") }), [noise, ...label]) : noise;
  const start = dense(net, "start", told, 16 * filters[0]!);
  let x = net.apply(tf.layers.reshape({ targetShape: [4, 4, filters[0]!], name: net.named("reshape") }), start);
  x = convolved(net, "conv4", normalized(net, "start", x), filters[0]!);
  let before: Node | undefined;
  for (const [i, side] of sides.entries()) {
    if (i === 0) continue;
    if (fadeSteps > 0 && side === sides.at(-1)) before = picture(net, side / 2, x, outputShape[2]!);
    x = convolved(net, `up${side}_1`, repeated(net, `double${side}`, x), filters[i]!);
    x = convolved(net, `up${side}_2`, x, filters[i]!);
  }
  const side = sides.at(-1)!;
  const own = picture(net, side, x, outputShape[2]!);
  const larger = before && repeated(net, `enlarged${side / 2}`, before);
  return net.model([toUnit(net, larger ? faded(net, side, fadeSteps, larger, own) : own)]);
}

function picture(net: Assembly, side: number, x: Node, channels: number): Node {
  return conv(net, `picture${side}`, x, channels, 1);
}

function convolved(net: Assembly, layer: string, x: Node, filters: number): Node {
  return normalized(net, layer, conv(net, layer, x, filters, 3));
}

function normalized(net: Assembly, layer: string, x: Node): Node {
  return net.apply(pixelNormalization({ name: net.named(`${layer}_length`) }), leaky(net, layer, x));
}
