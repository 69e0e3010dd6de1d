import { ShapeError } from "@latentkit/core";
import { integer, type SpecificationOf, smoothExp, smoothLogSumExp } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type CallArguments, checkedLayer, type LayerOptions, registerLayer, single } from "../internal/layer.js";
import { SeededLayer } from "../internal/seeded-layer.js";
import type { CausalStyle } from "./causal-layer.js";
import { STYLE } from "./options.js";

/** Options of {@link causalAttention}. */
export interface CausalAttentionOptions extends Omit<CausalStyle, "useBias"> {
  /** Heads, which share the channels. Default 1. */
  readonly heads?: number;
}

const SPECIFICATION = {
  heads: integer({ min: 1, default: 1 }),
  scale: STYLE.scale,
  seed: STYLE.seed,
  stream: STYLE.stream,
} satisfies SpecificationOf<Omit<CausalAttentionOptions, keyof LayerOptions>>;

/** The layer behind {@link causalAttention}; a class because tfjs serialises by class name. */
export class CausalAttention extends SeededLayer<CausalAttentionOptions> {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitCausalAttention";
  /** `[channels, 3 · channels]`: queries, keys, values. */
  asks!: tf.LayerVariable;
  /** `[channels, channels]`: what becomes of what was found. */
  gives!: tf.LayerVariable;

  constructor(options: CausalAttentionOptions = {}) {
    super("causalAttention", SPECIFICATION, options);
  }

  /** Heads, which share the channels. */
  get heads(): number {
    return this.options.heads;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [, , width, channels] = inputShape as [null, number, number, number];
    const { heads, scale } = this.options;
    if (inputShape.length !== 4 || width !== 1 || channels % heads !== 0) {
      throw new ShapeError(
        `causalAttention: expected [batch, steps, 1, channels] with channels that ${heads} \`heads\` share, received [${inputShape.join(", ")}].`,
      );
    }
    const initial = (name: string) => this.initial(name, "normal", scale / Math.sqrt(channels));
    this.asks = this.addWeight("asks", [channels, 3 * channels], "float32", initial("asks"));
    this.gives = this.addWeight("gives", [channels, channels], "float32", initial("gives"));
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => {
      const x = single(inputs) as tf.Tensor4D;
      const [batch, steps, , channels] = x.shape;
      const { heads } = this.options;
      const size = channels / heads;
      const rows = tf.reshape(x, [batch * steps, channels]);
      const [query, key, value] = tf
        .split(tf.matMul(rows, this.asks.read() as tf.Tensor2D), 3, 1)
        .map((part) => tf.transpose(tf.reshape(part, [batch, steps, heads, size]), [0, 2, 1, 3])) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ]; // [batch, heads, steps, size] each
      const places = tf.range(0, steps);
      const later = tf.cast(tf.less(tf.expandDims(places, 1), tf.expandDims(places, 0)), "float32"); // [steps, steps]
      const scores = tf.sub(tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(size)), tf.mul(later, 1e9));
      const shares = smoothExp(tf.sub(scores, tf.expandDims(smoothLogSumExp(scores), -1)));
      const found = tf.transpose(tf.matMul(shares, value), [0, 2, 1, 3]);
      const y = tf.matMul(tf.reshape(found, [batch * steps, channels]), this.gives.read() as tf.Tensor2D);
      return tf.reshape(y, [batch, steps, 1, channels]);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return inputShape as tf.Shape;
  }
}
registerLayer(CausalAttention);

/**
 * Self-attention over what comes before: step t looks up, among steps 1 … t, values whose keys fit its query. Several heads share the
 * channels.
 *
 *     y_t = W·Σ_{s ≤ t} softmax_s(q_t·k_s / √d)·v_s.
 *
 * **Shapes** `[batch, steps, 1, channels]` → the same.
 *
 * **Source** Vaswani et al., "Attention Is All You Need", 2017, equation 1, https://arxiv.org/abs/1706.03762; over pictures: Parmar et al.,
 * "Image Transformer", 2018, https://arxiv.org/abs/1802.05751
 *
 * @throws ConfigError for options that are misspelt; ShapeError for other shapes and channels that heads cannot share.
 * @example
 * ```ts
 * import { causalAttention } from "@latentkit/layers";
 * import * as tf from "@tensorflow/tfjs";
 * causalAttention({ heads: 2 }).apply(tf.ones([1, 16, 1, 8])); // [1, 16, 1, 8]
 * ```
 */
export function causalAttention(options: CausalAttentionOptions = {}): CausalAttention {
  return new CausalAttention(checkedLayer("causalAttention", SPECIFICATION, options));
}
