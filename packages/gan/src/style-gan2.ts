import type { ModelFactory } from "@latentkit/core";
import { conditionFields, defineModel, number } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { styleModel } from "./internal/style-model.js";
import { every, styleRules } from "./internal/style-options.js";
import type { StyleGan, StyleGanBaseOptions } from "./style-types.js";

/** Options of {@link styleGan2}. */
export interface StyleGan2Options extends StyleGanBaseOptions {
  /** Steps from one turn of R1 to the next; it weighs as much more. Default 16. */
  readonly r1Every?: number;
  /** Weight of path length regularisation. Default 2. */
  readonly pathWeight?: number;
  /** Steps from one turn of path length regularisation to the next; it weighs as much more. Default 4. */
  readonly pathEvery?: number;
  /** Share of a new length in the running mean a. Default 0.01. */
  readonly pathDecay?: number;
}

/**
 * StyleGAN2: {@link styleGan} with styles that scale the kernels, a picture summed over all sizes, and a generator that answers steps of w
 * by steps of one length in the picture,
 *
 *     D as there, with γ/2·E[‖∇D(x)‖²] every 16 steps;   G: E[softplus(−D(g(w)))] + 2·E[(‖Jᵀy‖ − a)²] every 4,
 *
 * J the derivative of the picture by the styles, y noise of the picture's shape over √(side²), a the running mean of the lengths. A lazy term has a turn
 * of its own with the player's loss, as an objective of its own name: `discriminator-r1`, `generator-path`, which an optimiser of its own moves.
 * The paper trains with Adam at 2.5e-3, β₁ 0, β₂ 0.99, and an average of the weights.
 *
 * **Shapes**: noise `[batch, latentDim]`; pictures `[batch, side, side, channels]` in [0, 1]. **Units**: losses in nats.
 *
 * **Source**: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, equation 4, section 3.1 and appendix B.
 * https://arxiv.org/abs/1912.04958
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { styleGan2 } from "@latentkit/gan";
 * import { styleDiscriminator, styleMapping, styleSynthesis } from "@latentkit/layers";
 * const [outputShape, filters] = [[8, 8, 3], [8, 8]];
 * const synthesis = styleSynthesis({ outputShape, filters });
 * const discriminator = styleDiscriminator({ inputShape: outputShape, filters });
 * const model = styleGan2({ mapping: styleMapping(), synthesis, discriminator, r1Weight: 1 });
 * ```
 */
export const styleGan2: ModelFactory<StyleGan2Options, StyleGan> = defineModel(
  "styleGan2",
  {
    ...styleRules,
    r1Every: every(16),
    pathWeight: number({ min: 0, default: 2 }),
    pathEvery: every(4),
    pathDecay: number({ above: 0, max: 1, default: 0.01 }),
  },
  ({ given, pathWeight, pathEvery, pathDecay, ...options }) => {
    const pathLength = tf.tidy(() => tf.variable<tf.Rank.R0>(tf.scalar(0), false));
    return styleModel({
      owner: "styleGan2",
      ...options,
      given: given && conditionFields(given),
      state: { pathLength },
      generatorTerm: ({ styles, synthesize }) => ({
        name: "path",
        every: pathEvery,
        value(batch, step) {
          // Half of the batch will do, and costs half.
          const drawn = styles(batch, step, Math.ceil(batch.x.shape[0]! / 2));
          const [count, height, width, channels] = [drawn[0]!.shape[0], ...batch.x.shape.slice(1)] as number[];
          const y = tf.div(step.random.normal([count!, height!, width!, channels!]), Math.sqrt(height! * width!));
          const jacobian = tf.grads((...w: tf.Tensor[]) => tf.sum(tf.mul(synthesize(w as tf.Tensor2D[], step), y)));
          const squares = jacobian(drawn).map((gradient) => tf.sum(tf.square(gradient), 1));
          const lengths = tf.sqrt(tf.add(tf.div(tf.addN(squares), squares.length), 1e-12)); // [count]
          const mean = tf.add(pathLength, tf.mul(pathDecay, tf.sub(tf.mean(lengths), pathLength))) as tf.Scalar;
          if (step.training) pathLength.assign(mean);
          return tf.mul(pathWeight, tf.mean(tf.square(tf.sub(lengths, mean))));
        },
      }),
    });
  },
);
