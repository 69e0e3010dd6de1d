import { choice, integer, type Resolved, resolveOptions, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../../activations/functions.js";
import { type Assembly, assembly } from "../assembly.js";
import { CONVOLUTIONS, type ConvolutionOptions, convolutions } from "../convolutions.js";
import {
  activationOption,
  CONDITIONS,
  type ConditionOptions,
  HEADS,
  type HeadOptions,
  IMAGE_SHAPE,
  styled,
} from "../options.js";
import { denseStack, imageInput } from "../parts.js";
import { codeEncoder, gaussianEncoder } from "./outputs.js";

/** How an encoder makes images smaller. */
export type Downsampling = "strides" | "maxPooling" | "averagePooling";

/** Options of {@link convGaussianEncoder}. */
export interface ConvGaussianEncoderOptions extends ConvolutionOptions, ConditionOptions, HeadOptions {
  /** Shape of one image, `[height, width, channels]`; any size. */
  readonly inputShape: readonly number[];
  /** Size of the code. */
  readonly latentDim: number;
  /**
   * Strided convolutions (default), or convolutions of stride 1 each followed by a pooling with `strides`. Poolings of
   * TensorFlow.js cannot be differentiated twice.
   */
  readonly downsampling?: Downsampling;
}

/** Options of {@link convEncoder}. */
export interface ConvEncoderOptions extends ConvGaussianEncoderOptions {
  /** Activation of the code. Default `linear`. */
  readonly outputActivation?: ActivationKind;
}

const GAUSSIAN = {
  inputShape: IMAGE_SHAPE,
  latentDim: integer({ min: 1 }),
  downsampling: choice(["strides", "maxPooling", "averagePooling"], { default: "strides" }),
  activation: activationOption("relu"),
  ...CONVOLUTIONS,
  ...CONDITIONS,
  ...HEADS,
  ...styled("encoder"),
} satisfies SpecificationOf<ConvGaussianEncoderOptions>;

const PLAIN = {
  ...GAUSSIAN,
  outputActivation: activationOption("linear"),
} satisfies SpecificationOf<ConvEncoderOptions>;

/**
 * A network of convolutions from images to codes. Inputs: `input`, and `class` and `condition` where wanted, which become further
 * channels, the same at every place of the image. Layers: `conv1` …, `hidden1` …, `code` and `head1` ….
 *
 * Padding is 'same': a side of s pixels becomes ⌈s / stride⌉, so sizes need not be divisible by the strides, and
 * {@link convDecoder} with the same numbers in reverse returns to the exact size.
 *
 * **Shapes** `[batch, height, width, channels]` (, `[batch, classes]`, `[batch, conditionDim]`) → `[batch, latentDim]` and
 * `[batch, width]` for each head.
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { convEncoder } from "@latentkit/layers";
 * const encoder = convEncoder({ inputShape: [28, 28, 1], filters: [32, 64], latentDim: 16 });
 * ```
 */
export function convEncoder(options: ConvEncoderOptions): tf.LayersModel {
  const resolved = resolveOptions("convEncoder", PLAIN, options);
  const { net, hidden } = body("convEncoder", resolved);
  return codeEncoder(net, hidden, resolved);
}

/**
 * A network of convolutions from images to diagonal Gaussians over codes. Inputs and padding as in {@link convEncoder}. Layers:
 * `conv1` …, `hidden1` …, `mean`, `logVariance` and `head1` ….
 *
 * **Shapes** `[batch, height, width, channels]` (, `[batch, classes]`, `[batch, conditionDim]`) → mean and log variance,
 * `[batch, latentDim]` each, and `[batch, width]` for each head.
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { convGaussianEncoder } from "@latentkit/layers";
 * const encoder = convGaussianEncoder({ inputShape: [28, 28, 1], filters: [32, 64], latentDim: 16, classes: 10 });
 * ```
 */
export function convGaussianEncoder(options: ConvGaussianEncoderOptions): tf.LayersModel {
  const resolved = resolveOptions("convGaussianEncoder", GAUSSIAN, options);
  const { net, hidden } = body("convGaussianEncoder", resolved);
  return gaussianEncoder(net, hidden, resolved);
}

function body(owner: string, options: Resolved<typeof GAUSSIAN>): { net: Assembly; hidden: tf.SymbolicTensor } {
  const { downsampling } = options;
  const layers = convolutions(owner, options);
  const net = assembly(options);
  let x = imageInput(net, "input", options.inputShape, options);
  for (const [i, { filters, kernelSize, strides }] of layers.entries()) {
    const layer = `conv${i + 1}`;
    const taken = downsampling === "strides" ? strides : 1;
    const shape = { filters, kernelSize, strides: taken, padding: "same" } as const;
    x = net.hidden(layer, x, (shared) => tf.layers.conv2d({ ...shared, ...shape }));
    if (taken === strides) continue;
    const pool = downsampling === "maxPooling" ? tf.layers.maxPooling2d : tf.layers.averagePooling2d;
    x = net.apply(pool({ poolSize: strides, strides, padding: "same", name: net.named(`${layer}_pooling`) }), x);
  }
  const flat = net.apply(tf.layers.flatten({ name: net.named("flatten") }), x);
  return { net, hidden: denseStack(net, flat, options.hiddenUnits) };
}
