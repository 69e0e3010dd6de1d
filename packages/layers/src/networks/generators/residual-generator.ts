import { integer, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { assembly } from "../assembly.js";
import {
  checkHalvings,
  rangedOutput,
  signedInput,
  TRANSLATION,
  TRANSLATOR,
  type TranslatorOptions,
} from "./translation.js";

/** Options of {@link residualGenerator}. */
export interface ResidualGeneratorOptions extends TranslatorOptions {
  /** Channels at full size, then after each halving. Default `[32, 64, 128]`. */
  readonly filters?: readonly number[];
  /** Residual blocks at the smallest size. Default 6, as the paper has for 128×128. */
  readonly blocks?: number;
}

const SPECIFICATION = {
  ...TRANSLATION,
  filters: sizes({ default: [32, 64, 128] }),
  blocks: integer({ min: 0, default: 6 }),
} satisfies SpecificationOf<ResidualGeneratorOptions>;

/**
 * The residual network from pictures to pictures: a 7×7 convolution, halvings, residual blocks x + f(x) of two 3×3 convolutions,
 * transposed convolutions back, and a 7×7 convolution with a tanh, scaled to the range. For changes of texture and colour, where the
 * U-Net is for pictures whose edges stay. Layers: `first`, `down1` …, `block1a`, `block1b` …, `up1` … and `last`.
 *
 * The paper pads by reflection and normalises each picture by itself; here padding is with zeros, and normalisation over the batch.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, height, width, outputChannels]`.
 *
 * **Source** Zhu, Park, Isola and Efros, "Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial Networks", 2017,
 * section 4 and appendix 7.2; Johnson, Alahi and Fei-Fei, "Perceptual Losses for Real-Time Style Transfer and Super-Resolution", 2016.
 * https://arxiv.org/abs/1703.10593
 *
 * @throws ConfigError for an option that is misspelt or cannot work, and when the picture cannot be halved as often as there are
 * filters after the first.
 * @example
 * ```ts
 * import { residualGenerator } from "@latentkit/layers";
 * const restyle = residualGenerator({ inputShape: [32, 32, 3], filters: [16, 32], blocks: 3 });
 * ```
 */
export function residualGenerator(options: ResidualGeneratorOptions): tf.LayersModel {
  const resolved = resolveOptions("residualGenerator", SPECIFICATION, options);
  const { inputShape, filters, blocks, normalization, range, outputChannels = inputShape[2]! } = resolved;
  checkHalvings("residualGenerator", inputShape, filters.length - 1);
  const net = assembly({ ...resolved, activation: "relu", batchNormalization: normalization === "batch" }, TRANSLATOR);
  const conv = (count: number, kernelSize: number, strides: number) => (shared: object) =>
    tf.layers.conv2d({ ...shared, filters: count, kernelSize, strides, padding: "same" });
  const up = (count: number) => (shared: object) =>
    tf.layers.conv2dTranspose({ ...shared, filters: count, kernelSize: 4, strides: 2, padding: "same" });

  let x = net.hidden("first", signedInput(net, inputShape, range), conv(filters[0]!, 7, 1));
  for (const [i, count] of filters.slice(1).entries()) x = net.hidden(`down${i + 1}`, x, conv(count, 3, 2));
  const widest = filters.at(-1)!;
  for (let i = 1; i <= blocks; i++) {
    const inner = net.hidden(`block${i}a`, x, conv(widest, 3, 1));
    const change = net.hidden(`block${i}b`, inner, conv(widest, 3, 1), { activation: "linear" });
    x = net.apply(tf.layers.add({ name: net.named(`block${i}`) }), [x, change]);
  }
  for (const [i, count] of filters.slice(0, -1).reverse().entries()) x = net.hidden(`up${i + 1}`, x, up(count));
  const made = net.output("last", x, conv(outputChannels, 7, 1), { activation: "tanh" });
  return net.model([rangedOutput(net, made, range)]);
}
