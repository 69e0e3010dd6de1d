import { choice, integer, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { spectralConv2d } from "../../spectral/spectral-conv2d.js";
import { assembly } from "../assembly.js";
import { DCGAN, IMAGE_RANGE, type ImageRange } from "../dcgan.js";
import { IMAGE_SHAPE, type NamedNetworkOptions, named } from "../options.js";
import { toSigned } from "../range.js";

/** Options of {@link patchDiscriminator}. */
export interface PatchDiscriminatorOptions extends NamedNetworkOptions {
  /** Height, width and channels of what is judged: for pairs, the channels of both. */
  readonly inputShape: readonly number[];
  /** Channels of the convolutions: all halve the picture but the last. Default `[64, 128, 256]`, patches of 34×34. */
  readonly filters?: readonly number[];
  /** Width of a verdict, as the adversarial loss wants it. Default 1, a logit. */
  readonly outputs?: number;
  /** Default `batch`, as in the paper, not on the first layer. Gradient penalties need `none` or `spectral`. */
  readonly normalization?: "batch" | "spectral" | "none";
  /** Values of the pictures. Default `unit`. */
  readonly range?: ImageRange;
}

const SPECIFICATION = {
  inputShape: IMAGE_SHAPE,
  filters: sizes({ default: [64, 128, 256] }),
  outputs: integer({ min: 1, default: 1 }),
  normalization: choice(["batch", "spectral", "none"], { default: "batch" }),
  range: IMAGE_RANGE,
  ...named("discriminator"),
} satisfies SpecificationOf<PatchDiscriminatorOptions>;

/**
 * PatchGAN: a fully convolutional network that judges each patch of a picture, with a verdict a place. It sees whether details look
 * right and leaves the whole to another loss, needs few weights, and takes pictures of any size. Kernels are 4×4 with leaky ReLU
 * (slope 0.2). With n filters, n − 1 of stride 2, a verdict sees 9·2ⁿ⁻¹ − 2 pixels a side: 16, 34 and 70 for n = 2, 3 and 4.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, height/2ⁿ⁻¹, width/2ⁿ⁻¹, outputs]`.
 *
 * **Source** Isola, Zhu, Zhou and Efros, "Image-to-Image Translation with Conditional Adversarial Networks", 2017, section 3.2.2 and
 * appendix 6.1.2. https://arxiv.org/abs/1611.07004
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { patchDiscriminator } from "@latentkit/layers";
 * const judge = patchDiscriminator({ inputShape: [32, 32, 1 + 3], filters: [16, 32] }); // [batch, 16, 16, 1]
 * ```
 */
export function patchDiscriminator(options: PatchDiscriminatorOptions): tf.LayersModel {
  const resolved = resolveOptions("patchDiscriminator", SPECIFICATION, options);
  const { inputShape, filters, outputs, normalization, range } = resolved;
  const [batchNormalization, spectral] = [normalization === "batch", normalization === "spectral"];
  const net = assembly(
    { ...resolved, activation: "leakyRelu", alpha: 0.2, batchNormalization },
    { ...DCGAN, spectral },
  );
  const conv =
    (count: number, strides: number) =>
    (shared: { name: string }, weights: { seed: number; stream: string }): tf.layers.Layer => {
      const shape = { filters: count, kernelSize: 4, strides, padding: "same" } as const;
      if (spectral) return spectralConv2d({ ...shape, ...weights, name: shared.name });
      return tf.layers.conv2d({ ...shared, ...shape });
    };

  let x = net.input("example", inputShape);
  if (range === "unit") x = toSigned(net, x);
  for (const [i, count] of filters.entries()) {
    const strides = i < filters.length - 1 ? 2 : 1;
    x = net.hidden(`down${i + 1}`, x, conv(count, strides), { batchNormalization: batchNormalization && i > 0 });
  }
  return net.model([net.output("verdicts", x, conv(outputs, 1))]);
}
