import { ConfigError, type ModelFactory } from "@latentkit/core";
import { conditionFields, defineModel, integer, number, sizes } from "@latentkit/core/authoring";
import { causalAttention, learnedPositions, shift2d } from "@latentkit/layers";
import * as tf from "@tensorflow/tfjs";
import { autoregressiveModel } from "./autoregressive-model.js";
import { checkWidth } from "./internal/check-width.js";
import { type Node, networkBuilder } from "./internal/networks.js";
import { PICTURE, type PictureModelOptions, TOLD, type ToldOptions } from "./internal/options.js";
import type { ImageTransformer } from "./types.js";

/** Options of {@link imageTransformer}. */
export interface ImageTransformerOptions extends PictureModelOptions, ToldOptions {
  /** Shape of a picture, `[height, width, channels]`, or of a sequence, `[steps, channels]`. */
  readonly inputShape: readonly number[];
  /** Channels of a step, a multiple of `heads`. Default 64, the published figure's. */
  readonly width?: number;
  /** Blocks of attention and two dense layers. Default 2; the published figure has 8. */
  readonly blocks?: number;
  /** Heads of the attention. Default 2. */
  readonly heads?: number;
  /** Share of values dropped behind each part of a block. Default 0. */
  readonly dropout?: number;
}

/**
 * A transformer over the values of a picture in reading order, each step attending to all before it. For small pictures and sequences,
 * codes of a quantiser among them: memory and time of training grow with the square of the number of values.
 *
 * Minimises the mean of −log p(x | y) = −Σᵢ log p(xᵢ | x₁ … xᵢ₋₁, y). Values, colours one by one, are moved on by a step, embedded and given
 * learnt positions; a block is h ← h + A(LN(h)), h ← h + W₂·gelu(W₁·LN(h)). Logs `imageTransformer/loss`.
 *
 * **Shapes**: `batch.x` `[batch, …inputShape]`. **Units**: nats per example.
 *
 * **Source**: Parmar et al., "Image Transformer", 2018, https://arxiv.org/abs/1802.05751, with attention to all that comes before, as Chen
 * et al., "Generative Pretraining from Pixels", 2020, https://proceedings.mlr.press/v119/chen20s.html
 *
 * @throws ConfigError and ShapeError for options that cannot work.
 * @example
 * ```ts
 * import { imageTransformer } from "@latentkit/autoregressive";
 * import { categorical } from "@latentkit/losses";
 * const codes = categorical(16, { high: 15 });
 * const model = imageTransformer({ inputShape: [4, 4, 1], width: 16, likelihood: codes });
 * const maps = await model.sample({ count: 2 }); // [2, 4, 4, 1], whole numbers
 * ```
 */
export const imageTransformer: ModelFactory<ImageTransformerOptions, ImageTransformer> = defineModel(
  "imageTransformer",
  {
    ...PICTURE,
    ...TOLD,
    inputShape: {
      ...sizes({ minLength: 2, maxLength: 3 }),
      expected: "[height, width, channels] or [steps, channels]",
    },
    width: integer({ min: 1, default: 64 }),
    blocks: integer({ min: 1, default: 2 }),
    heads: integer({ min: 1, default: 2 }),
    dropout: number({ min: 0, below: 1, default: 0 }),
  },
  ({ width, blocks, heads, dropout, given: told, ...options }) => {
    const parts = { owner: "imageTransformer", ...options, given: told && conditionFields(told) };
    if ((options.likelihood.channels ?? 1) !== 1) {
      throw new ConfigError(
        "imageTransformer: expected a likelihood of single values, received one of several channels.",
      );
    }
    const net = networkBuilder({ ...parts, sequence: true });
    checkWidth("imageTransformer", "width", width, heads);
    const named = (name: string): { name: string } => ({ name: net.layer(name).name });
    const normal = (name: string, x: Node): Node =>
      net.apply(tf.layers.layerNormalization({ axis: -1, ...named(name) }), x);
    const block = (h: Node, name: string): Node => {
      const found = net.apply(
        causalAttention({ ...net.layer(`${name}/attention`), heads }),
        normal(`${name}/normal1`, h),
      );
      const met = net.add(`${name}/met`, [h, net.dropout(`${name}/dropout1`, found, dropout)]);
      const wide = net.activate(
        `${name}/gelu`,
        net.point(`${name}/in`, normal(`${name}/normal2`, met), 4 * width),
        "gelu",
      );
      const thought = net.dropout(`${name}/dropout2`, net.point(`${name}/out`, wide, width), dropout);
      return net.add(`${name}/sum`, [met, thought]);
    };
    const before = net.apply(shift2d({ down: 1, ...named("before") }), net.x);
    const embedded = net.told("told", net.point("embedding", before, width));
    let h = net.apply(learnedPositions(net.layer("positions")), embedded);
    for (let i = 1; i <= blocks; i++) h = block(h, `block${i}`);
    const output = net.point("output", normal("normal", h), net.outputs);
    const { owner, likelihood: scored, given } = parts;
    const base = autoregressiveModel({ owner, likelihood: scored, given, network: net.model(output) });
    return { ...base.model, objectives: [base.objective] };
  },
);
