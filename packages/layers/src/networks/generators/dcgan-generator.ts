import { check, integer, resolveOptions, type SpecificationOf, sizeOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { assembly } from "../assembly.js";
import { DCGAN, IMAGE_RANGE, type ImageRange } from "../dcgan.js";
import { CONDITIONS, type ConditionOptions, IMAGE_SHAPE, type NamedNetworkOptions, named } from "../options.js";
import { vectorInput } from "../parts.js";
import { toUnit } from "../range.js";

/** Options of {@link dcganGenerator}. */
export interface DcganGeneratorOptions extends NamedNetworkOptions, ConditionOptions {
  /** Width of the noise, codes included. Default 64. */
  readonly latentDim?: number;
  /** Height, width and channels of an image; both sizes divisible by 2 to the number of `filters`. */
  readonly outputShape: readonly number[];
  /** Channels from the smallest picture on, halving as the picture doubles. Default `[128, 64]`. */
  readonly filters?: readonly number[];
  /** Height and width of the kernels. Default 4: a multiple of the stride, so that no checkerboard is left. */
  readonly kernelSize?: number;
  /** Values of the images. Default `unit`. */
  readonly range?: ImageRange;
}

const SPECIFICATION = {
  latentDim: integer({ min: 1, default: 64 }),
  outputShape: IMAGE_SHAPE,
  filters: sizes({ default: [128, 64] }),
  kernelSize: integer({ min: 2, default: 4 }),
  range: IMAGE_RANGE,
  ...CONDITIONS,
  ...named("generator"),
} satisfies SpecificationOf<DcganGeneratorOptions>;

/**
 * DCGAN's generator: a projection, then transposed convolutions of stride 2, batch normalisation and ReLU except at the
 * output, which is a tanh (scaled to [0, 1] where the data are). Weights start at N(0, 0.02²). Inputs: `noise`, and `class` and
 * `condition` where wanted, which are joined with the noise. Layers: `project` and `up1` ….
 *
 * **Shapes** `[batch, latentDim]` (, `[batch, classes]`, `[batch, conditionDim]`) → `[batch, height, width, channels]`.
 *
 * **Source** Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep Convolutional Generative
 * Adversarial Networks", 2016, section 3 and figure 1. https://arxiv.org/abs/1511.06434
 *
 * @throws ConfigError for an option that is misspelt or cannot work, and when the image cannot be halved as often as there are
 * filters.
 * @example
 * ```ts
 * import { dcganGenerator } from "@latentkit/layers";
 * const generator = dcganGenerator({ latentDim: 16, outputShape: [28, 28, 1], filters: [16, 8] });
 * ```
 */
export function dcganGenerator(options: DcganGeneratorOptions): tf.LayersModel {
  const resolved = resolveOptions("dcganGenerator", SPECIFICATION, options);
  const { latentDim, outputShape, filters, kernelSize, range } = resolved;
  const [height, width, channels] = outputShape as [number, number, number];
  const scale = 2 ** filters.length;
  const divisible = height % scale === 0 && width % scale === 0;
  const expected = `divisible by ${scale} in height and width (one halving per filter)`;
  check("dcganGenerator").that("outputShape", outputShape, divisible, expected);

  const net = assembly({ ...resolved, activation: "relu", batchNormalization: true }, DCGAN);
  const start = [height / scale, width / scale, filters[0]!];
  const units = sizeOf(start);
  let x = net.hidden("project", vectorInput(net, "noise", [latentDim], resolved), (shared) => [
    tf.layers.dense({ ...shared, units }),
    tf.layers.reshape({ targetShape: start, name: net.named("reshape") }), // [batch, height, width, channels]
  ]);
  const up = (count: number) => (shared: object) =>
    tf.layers.conv2dTranspose({ ...shared, filters: count, kernelSize, strides: 2, padding: "same" });
  for (const [i, next] of filters.slice(1).entries()) x = net.hidden(`up${i + 1}`, x, up(next));
  x = net.output(`up${filters.length}`, x, up(channels), { activation: "tanh" });
  if (range === "unit") x = toUnit(net, x);
  return net.model([x]);
}
