import { choice, integer, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { spectralConv2d } from "../../spectral/spectral-conv2d.js";
import { assembly } from "../assembly.js";
import { DCGAN, IMAGE_RANGE, type ImageRange } from "../dcgan.js";
import { CONDITIONS, type ConditionOptions, IMAGE_SHAPE, type NamedNetworkOptions, named } from "../options.js";
import { conditionInputs, denseStack, headOutputs } from "../parts.js";
import { toSigned } from "../range.js";
import { agreement, JUDGEMENT, type JudgementOptions, verdict } from "./judgement.js";

/** Options of {@link dcganDiscriminator}. */
export interface DcganDiscriminatorOptions extends NamedNetworkOptions, ConditionOptions, JudgementOptions {
  /** Height, width and channels of an image; of a pack, with that many times the channels. */
  readonly inputShape: readonly number[];
  /** Channels of the convolutions, each halving the picture. Default `[64, 128]`. */
  readonly filters?: readonly number[];
  /** Height and width of the kernels. Default 4. */
  readonly kernelSize?: number;
  /**
   * Default `batch`, as in the paper, not on the first layer. Gradient penalties judge examples one by one and need `none` or
   * `spectral`.
   */
  readonly normalization?: "batch" | "spectral" | "none";
  /** Values of the images. Default `unit`. */
  readonly range?: ImageRange;
  /**
   * Widths of dense layers after the convolutions, normalised and activated as they are: what the logit, conditions and heads
   * have in common. Default none, as in the paper; a recogniser of codes needs one.
   */
  readonly hiddenUnits?: readonly number[];
}

const SPECIFICATION = {
  inputShape: IMAGE_SHAPE,
  filters: sizes({ default: [64, 128] }),
  kernelSize: integer({ min: 1, default: 4 }),
  normalization: choice(["batch", "spectral", "none"], { default: "batch" }),
  range: IMAGE_RANGE,
  hiddenUnits: sizes({ minLength: 0, default: [] }),
  ...CONDITIONS,
  ...JUDGEMENT,
  ...named("discriminator"),
} satisfies SpecificationOf<DcganDiscriminatorOptions>;

/**
 * DCGAN's discriminator: convolutions of stride 2 with leaky ReLU (slope 0.2), batch normalisation except on the first, and
 * a verdict. Inputs: `example`, and `class` and `condition` where wanted, which are taken in by projection, at the dense part:
 * `logit = ψ(φ(x)) + yᵀ·V·φ(x)`. Layers: `down1` …, `hidden1` …, `logit`, `classes`, `conditions` and `head1` ….
 *
 * **Shapes** `[batch, height, width, channels]` (, `[batch, classes]`, `[batch, conditionDim]`) → `[batch, outputs]` and
 * `[batch, width]` for each head.
 *
 * **Source** Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative
 * Adversarial Networks", 2016, section 3, https://arxiv.org/abs/1511.06434; projection: Miyato and Koyama, "cGANs with
 * Projection Discriminator", 2018, equation 4.
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { dcganDiscriminator } from "@latentkit/layers";
 * const discriminator = dcganDiscriminator({ inputShape: [28, 28, 1], filters: [8, 16] });
 * ```
 */
export function dcganDiscriminator(options: DcganDiscriminatorOptions): tf.LayersModel {
  const resolved = resolveOptions("dcganDiscriminator", SPECIFICATION, options);
  const { filters, kernelSize, normalization, outputs } = resolved;
  const spectral = normalization === "spectral";
  const batchNormalization = normalization === "batch";
  const net = assembly(
    { ...resolved, activation: "leakyRelu", alpha: 0.2, batchNormalization },
    { ...DCGAN, spectral },
  );

  let x = net.input("example", resolved.inputShape);
  const told = conditionInputs(net, resolved);
  if (resolved.range === "unit") x = toSigned(net, x);
  for (const [i, count] of filters.entries()) {
    const shape = { filters: count, kernelSize, strides: 2, padding: "same" } as const;
    x = net.hidden(
      `down${i + 1}`,
      x,
      (shared, weights) =>
        spectral
          ? spectralConv2d({ ...shape, ...weights, name: shared.name })
          : tf.layers.conv2d({ ...shared, ...shape }),
      { batchNormalization: batchNormalization && i > 0 },
    );
  }
  x = net.apply(tf.layers.flatten({ name: net.named("features") }), x);
  x = denseStack(net, x, resolved.hiddenUnits);

  const alone = verdict(net, x, resolved);
  const agreed = Object.entries(told).map(([layer, condition]) => agreement(net, layer, x, condition, outputs));
  const sum = tf.layers.add({ name: net.named("judgement") });
  const judged = agreed.length === 0 ? alone : net.apply(sum, [alone, ...agreed]);
  return net.model([judged, ...headOutputs(net, x, resolved.heads)]);
}
