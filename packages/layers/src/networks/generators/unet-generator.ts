import { number, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { seededDropout } from "../../noise/seeded-dropout.js";
import { assembly } from "../assembly.js";
import {
  checkHalvings,
  rangedOutput,
  signedInput,
  TRANSLATION,
  TRANSLATOR,
  type TranslatorOptions,
} from "./translation.js";

/** Options of {@link unetGenerator}. */
export interface UnetGeneratorOptions extends TranslatorOptions {
  /** Channels of the convolutions on the way down, each halving the picture. Default `[64, 128, 256]`. */
  readonly filters?: readonly number[];
  /** Share of values dropped in training after each layer on the way up but the last two: the paper's noise. Default 0. */
  readonly dropout?: number;
}

const SPECIFICATION = {
  ...TRANSLATION,
  filters: sizes({ default: [64, 128, 256] }),
  dropout: number({ min: 0, below: 1, default: 0 }),
} satisfies SpecificationOf<UnetGeneratorOptions>;

/**
 * The U-Net from pictures to pictures: convolutions of stride 2 down (leaky ReLU, slope 0.2), transposed ones up (ReLU), and each layer
 * on the way up also sees what the layer of its size on the way down made, so that edges need not pass the narrowest part. The last is
 * a tanh, scaled to the range. Layers: `down1` … and `up1` ….
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, height, width, outputChannels]`.
 *
 * **Source** Isola, Zhu, Zhou and Efros, "Image-to-Image Translation with Conditional Adversarial Networks", 2017, section 3.2 and
 * appendix 6.1.1. https://arxiv.org/abs/1611.07004
 *
 * @throws ConfigError for an option that is misspelt or cannot work, and when the picture cannot be halved as often as there are
 * filters.
 * @example
 * ```ts
 * import { unetGenerator } from "@latentkit/layers";
 * const colours = unetGenerator({ inputShape: [32, 32, 1], outputChannels: 3, filters: [16, 32, 64] });
 * ```
 */
export function unetGenerator(options: UnetGeneratorOptions): tf.LayersModel {
  const resolved = resolveOptions("unetGenerator", SPECIFICATION, options);
  const { inputShape, filters, normalization, dropout, range, outputChannels = inputShape[2]! } = resolved;
  checkHalvings("unetGenerator", inputShape, filters.length);
  const batchNormalization = normalization === "batch";
  // Dropout is not every layer's.
  const net = assembly({ ...resolved, dropout: 0, activation: "relu", batchNormalization }, TRANSLATOR);
  const shape = { kernelSize: 4, strides: 2, padding: "same" } as const;

  let x = signedInput(net, inputShape, range);
  const skips: tf.SymbolicTensor[] = [];
  for (const [i, count] of filters.entries()) {
    const style = { activation: "leakyRelu", batchNormalization: batchNormalization && i > 0 } as const;
    x = net.hidden(`down${i + 1}`, x, (shared) => tf.layers.conv2d({ ...shared, ...shape, filters: count }), style);
    skips.push(x);
  }
  const up = (count: number) => (shared: object) => tf.layers.conv2dTranspose({ ...shared, ...shape, filters: count });
  for (let i = filters.length - 1; i > 0; i--) {
    const layer = `up${filters.length - i}`;
    x = net.hidden(layer, x, up(filters[i - 1]!));
    if (dropout > 0 && i > 1) x = net.apply(seededDropout({ rate: dropout, name: net.named(`${layer}_dropout`) }), x);
    x = net.apply(tf.layers.concatenate({ name: net.named(`${layer}_skip`) }), [x, skips[i - 1]!]);
  }
  const made = net.output(`up${filters.length}`, x, up(outputChannels), { activation: "tanh" });
  return net.model([rangedOutput(net, made, range)]);
}
