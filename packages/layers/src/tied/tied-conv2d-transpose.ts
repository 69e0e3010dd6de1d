import { check, checkShape, flag, layer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  registerLayer,
  single,
  singleShape,
} from "../internal/layer.js";
import { kernelOf, SharedKernelLayer } from "./shared-kernel.js";

/** Options of {@link tiedConv2dTranspose}. */
export interface TiedConv2dTransposeOptions extends LayerOptions {
  /** The 2-D convolution whose kernel is used transposed; it must have been applied to an input of known size. */
  readonly layer: tf.layers.Layer;
  /** Whether to add an own bias. Default true. */
  readonly useBias?: boolean;
}

const SPECIFICATION = { layer: layer(), useBias: flag({ default: true }) } satisfies SpecificationOf<
  Omit<TiedConv2dTransposeOptions, keyof LayerOptions>
>;

/** What a saved {@link TiedConv2dTranspose} is built from. */
export interface TiedConv2dTransposeConfig extends LayerOptions {
  readonly linkedTo: string;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: "same" | "valid";
  /** Shapes of one image at the other layer's input and output: this layer's output and input. */
  readonly imageShape: readonly [number, number, number];
  readonly featureShape: readonly [number, number, number];
  readonly useBias: boolean;
}

/** The layer behind {@link tiedConv2dTranspose}; a class because tfjs serialises by class name. */
export class TiedConv2dTranspose extends SharedKernelLayer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitTiedConv2dTranspose";
  readonly #config: TiedConv2dTransposeConfig;

  constructor(config: TiedConv2dTransposeConfig) {
    super(config, config.linkedTo, config.useBias);
    this.#config = config;
  }

  protected override get kernelShape(): readonly number[] {
    const { kernelSize, imageShape, featureShape } = this.#config;
    return [...kernelSize, imageShape[2], featureShape[2]];
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    checkShape(this.name, "input", singleShape(inputShape), [null, ...this.#config.featureShape]);
    this.buildBias(this.#config.imageShape[2]);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const { imageShape, strides, padding } = this.#config;
    return tf.tidy(() => {
      const x = single(inputs) as tf.Tensor4D;
      const target: [number, number, number, number] = [x.shape[0], ...imageShape];
      return this.withBias(tf.conv2dTranspose(x, this.kernel() as tf.Tensor4D, target, [...strides], padding));
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [singleShape(inputShape)[0]!, ...this.#config.imageShape];
  }

  /** What a saved network needs to build this layer again. */
  override getConfig(): tf.serialization.ConfigDict {
    const { kernelSize, strides, padding, imageShape, featureShape } = this.#config;
    return {
      ...super.getConfig(),
      kernelSize: [...kernelSize],
      strides: [...strides],
      padding,
      imageShape: [...imageShape],
      featureShape: [...featureShape],
    };
  }
}
registerLayer(TiedConv2dTranspose);

/**
 * The transposed of a 2-D convolution, with its kernel and an own bias: the adjoint of the linear map that the convolution
 * is. It returns to the convolution's input size exactly, whether or not the strides divide it.
 *
 * The kernel belongs to the other layer, as in {@link tiedDense}.
 *
 * **Shapes** the other layer's output `[batch, h, w, filters]` → its input `[batch, height, width, channels]`.
 *
 * **Source** Masci et al., "Stacked Convolutional Auto-Encoders for Hierarchical Feature Extraction", 2011, section 3.1.
 *
 * @throws ConfigError when the other layer is no 2-D convolution with known image size and without dilation.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { tiedConv2dTranspose } from "@latentkit/layers";
 * const conv = tf.layers.conv2d({ filters: 8, kernelSize: 4, strides: 2, padding: "same", inputShape: [9, 9, 1] });
 * const encoder = tf.sequential({ layers: [conv] });
 * const back = tiedConv2dTranspose({ layer: conv }).apply(encoder.outputs[0]!) as tf.SymbolicTensor; // [null, 9, 9, 1]
 * ```
 */
export function tiedConv2dTranspose(options: TiedConv2dTransposeOptions): TiedConv2dTranspose {
  const must = check("tiedConv2dTranspose");
  checkedLayer("tiedConv2dTranspose", SPECIFICATION, options);
  const { layer, useBias = true, name, inputShape } = options;
  const kernel = kernelOf(layer)?.shape as number[] | undefined;
  must.that("layer", layer, kernel?.length === 4, "a 2-D convolution that has been applied to an input");
  const { strides, padding, dilationRate, dataFormat } = layer.getConfig() as Record<string, unknown>;
  const plain = [dilationRate].flat().every((rate) => rate === 1) && dataFormat === "channelsLast";
  must.that("layer", layer, plain, "a 2-D convolution without dilation, channels last");
  const node = layer.inboundNodes[0]!;
  const [imageShape, featureShape] = [node.inputShapes, node.outputShapes].map((shapes) =>
    (shapes[0] as tf.Shape).slice(1),
  );
  must.that(
    "layer",
    imageShape,
    imageShape?.includes(null) === false,
    "a 2-D convolution whose images have a known size",
  );
  const tied = new TiedConv2dTranspose({
    name,
    inputShape: inputShape ?? (featureShape as number[]),
    linkedTo: layer.name,
    kernelSize: [kernel![0]!, kernel![1]!],
    strides: strides as [number, number],
    padding: padding as "same" | "valid",
    imageShape: imageShape as [number, number, number],
    featureShape: featureShape as [number, number, number],
    useBias,
  });
  tied.link(layer);
  return tied;
}
