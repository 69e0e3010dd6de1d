import { type SeededInitializer, seededInitializer } from "@latentkit/core";
import { flag, integer, optional, type SpecificationOf, value } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  layerArguments,
  layerOptions,
  registerLayer,
  single,
  singleShape,
} from "./internal/layer.js";

/** Options of {@link upsamplingConv2d}. */
export interface UpsamplingConv2dOptions extends LayerOptions {
  /** Output channels. */
  readonly filters: number;
  /** Side of the kernel, on the enlarged image. */
  readonly kernelSize: number;
  /** How often each pixel is repeated along height and width. Default 2. */
  readonly factor?: number;
  /** Whether to add a bias. Default true. */
  readonly useBias?: boolean;
  /** Initial kernel. Default Glorot's with seed 0. */
  readonly kernelInitializer?: SeededInitializer;
}

const SPECIFICATION = {
  filters: integer({ min: 1 }),
  kernelSize: integer({ min: 1 }),
  factor: integer({ min: 1, default: 2 }),
  useBias: flag({ default: true }),
  kernelInitializer: optional(
    value<SeededInitializer>({
      expected: "an initialiser such as seededInitializer({ … })",
      accepts: (given) => typeof (given as { apply?: unknown } | null)?.apply === "function",
      factories: [],
    }),
  ),
} satisfies SpecificationOf<Omit<UpsamplingConv2dOptions, keyof LayerOptions>>;

/** The layer behind {@link upsamplingConv2d}; a class because tfjs serialises by class name. */
export class UpsamplingConv2d extends tf.layers.Layer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitUpsamplingConv2d";
  readonly #config: { readonly filters: number; kernelSize: number; factor: number; useBias: boolean };
  readonly #initializer: SeededInitializer | undefined;
  #kernel!: tf.LayerVariable;
  #bias: tf.LayerVariable | undefined;

  constructor(options: UpsamplingConv2dOptions) {
    super(layerArguments(options));
    const { kernelInitializer, ...config } = layerOptions("upsamplingConv2d", SPECIFICATION, options);
    this.#config = config;
    this.#initializer = kernelInitializer;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { filters, kernelSize, useBias } = this.#config;
    const channels = singleShape(inputShape).at(-1)!;
    const initializer = this.#initializer ?? seededInitializer({ seed: 0, stream: `${this.name}/kernel` });
    this.#kernel = this.addWeight("kernel", [kernelSize, kernelSize, channels, filters], "float32", initializer);
    if (useBias) this.#bias = this.addWeight("bias", [filters], "float32", tf.initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    const { filters, kernelSize, factor } = this.#config;
    return tf.tidy(() => {
      const x = single(inputs) as tf.Tensor4D;
      const [batch, height, width] = x.shape;
      const spread = [0, 1].reduce<tf.Tensor>((kernel, axis) => spreadAlong(kernel, axis, factor), this.#kernel.read());
      const kernel = tf.transpose(spread, [0, 1, 3, 2]) as tf.Tensor4D;
      const reach = kernelSize - 1;
      const whole: [number, number, number, number] = [batch, height * factor + reach, width * factor + reach, filters];
      const enlarged = tf.conv2dTranspose(x, kernel, whole, factor, "valid");
      const start = Math.ceil(reach / 2); // what padding "same" leaves out before the first pixel
      const y = tf.slice(enlarged, [0, start, start, 0], [batch, height * factor, width * factor, filters]);
      return this.#bias === undefined ? y : tf.add(y, this.#bias.read());
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const { filters, factor } = this.#config;
    const [batch, height, width] = singleShape(inputShape) as [null, number | null, number | null];
    const grown = (size: number | null): number | null => (size === null ? null : size * factor);
    return [batch, grown(height), grown(width), filters];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.#config };
  }
}
registerLayer(UpsamplingConv2d);

/** A kernel turned round and blurred by a box along an axis: W[m] = Σᵣ K[k − 1 − (m − r)], one r for each copy of a pixel. */
function spreadAlong(kernel: tf.Tensor, axis: number, factor: number): tf.Tensor {
  const turned = tf.reverse(kernel, axis);
  const copies = Array.from({ length: factor }, (_, r) =>
    tf.pad(
      turned,
      kernel.shape.map((_, a): [number, number] => (a === axis ? [r, factor - 1 - r] : [0, 0])),
    ),
  );
  return tf.addN(copies);
}

/**
 * Repeats every pixel `factor` times and convolves: `nearestUpsampling` and a 2-D convolution with padding `same` in one layer, equal
 * in value and in parameters, for a fraction of the work. The copies of a pixel are multiplied once, by the sum of the weights that
 * they meet: a transposed convolution with a kernel of side `kernelSize + factor − 1`.
 *
 * **Shapes** `[batch, height, width, channels]` → `[batch, height · factor, width · factor, filters]`.
 *
 * **Source** Odena, Dumoulin and Olah, "Deconvolution and Checkerboard Artifacts", 2016.
 * https://distill.pub/2016/deconv-checkerboard
 *
 * @throws ConfigError for sizes that are no integers ≥ 1.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { upsamplingConv2d } from "@latentkit/layers";
 * const layer = upsamplingConv2d({ filters: 8, kernelSize: 4 });
 * const large = layer.apply(tf.ones([1, 7, 7, 3])) as tf.Tensor; // [1, 14, 14, 8]
 * ```
 */
export function upsamplingConv2d(options: UpsamplingConv2dOptions): UpsamplingConv2d {
  return new UpsamplingConv2d(checkedLayer("upsamplingConv2d", SPECIFICATION, options));
}
