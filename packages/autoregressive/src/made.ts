import type { ModelFactory } from "@latentkit/core";
import { apply, defineModel, flag, integer, sizes, smoothLogSumExp } from "@latentkit/core/authoring";
import type { Likelihood } from "@latentkit/losses";
import { dataField, likelihoodOption } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import { exactLikelihood } from "./internal/exact-likelihood.js";
import { madeNetwork } from "./internal/made/network.js";
import { madeSampler } from "./internal/made/sampler.js";
import type { Made } from "./types.js";

/** Options of {@link made}. */
export interface MadeOptions {
  /** Shape of an example: `[values]` for tables, or of a picture or a sequence, read in order. */
  readonly inputShape: readonly number[];
  /** Widths of the hidden layers. Default `[500]`; `[8000]` is the published 84.87 nats'. */
  readonly hiddenUnits?: readonly number[];
  /** Masks, one of which is drawn for each training step. Default 1; the paper finds 32 to help, as the average of as many models. */
  readonly masks?: number;
  /** Whether each mask has its own random order of the values, so that any of them can be asked for first. Default false. */
  readonly orderAgnostic?: boolean;
  /** How outputs score values, each by itself. Default `bernoulli()`. */
  readonly likelihood?: Likelihood;
  /** Seed of the initial weights, the orders and the masks. Default 0. */
  readonly seed?: number;
}

/**
 * MADE: an autoencoder of dense layers, masked so that each value is predicted from those before it in an order. For tables, and for
 * pictures and sequences that are small; the cheapest exact likelihood of this package.
 *
 * Minimises the mean of −log p(x) = −Σ_d log p(x_d | x before d). A hidden unit of degree m sees the values up to the m-th, the d-th output
 * the units of degrees below d. With several masks a step draws one of them, and the likelihood is that of their mixture,
 * p(x) = 1/K Σₖ pₖ(x), from which `sample` draws too. Logs `made/loss`.
 *
 * **Shapes**: `batch.x` `[batch, …inputShape]`. **Units**: nats per example.
 *
 * **Source**: Germain, Gregor, Murray and Larochelle, "MADE: Masked Autoencoder for Distribution Estimation", 2015, section 4.
 * https://arxiv.org/abs/1502.03509
 *
 * @throws ConfigError and ShapeError for options that cannot work.
 * @example
 * ```ts
 * import { made } from "@latentkit/autoregressive";
 * const model = made({ inputShape: [16], hiddenUnits: [64], masks: 4, orderAgnostic: true });
 * const rows = await model.sample({ count: 8 }); // [8, 16]
 * ```
 */
export const made: ModelFactory<MadeOptions, Made> = defineModel(
  "made",
  {
    inputShape: sizes(),
    hiddenUnits: sizes({ minLength: 1, default: [500] }),
    masks: integer({ min: 1, default: 1 }),
    orderAgnostic: flag({ default: false }),
    likelihood: likelihoodOption(),
    seed: integer({ min: 0, default: 0 }),
  },
  (options) => {
    const { inputShape, masks, likelihood } = options;
    const { network, degrees, layers } = madeNetwork(options);
    const dataShape = [null, ...inputShape];
    /** −log p(x) under one mask, by a row that names it, `[1, masks]`. */
    const under = (x: tf.Tensor, mask: tf.Tensor, step?: { readonly training: boolean }): tf.Tensor1D => {
      const told = masks === 1 ? x : [x, tf.tile(mask, [x.shape[0]!, 1])];
      return likelihood.negativeLogLikelihood(x, apply(network, told, step));
    };
    const named = (mask: number): tf.Tensor2D => tf.oneHot([mask], Math.max(2, masks)).toFloat() as tf.Tensor2D;
    const mixture = (x: tf.Tensor): tf.Tensor1D => {
      if (masks === 1) return tf.neg(under(x, named(0)));
      const each = Array.from({ length: masks }, (_, mask) => tf.neg(under(x, named(mask))));
      return tf.sub(smoothLogSumExp(tf.stack(each, 1)), Math.log(masks)) as tf.Tensor1D;
    };
    return {
      networks: { network },
      fields: { x: dataField(dataShape, likelihood) },
      ...exactLikelihood("made", dataShape, likelihood, mixture),
      ...madeSampler({ network, layers, degrees, inputShape, masks, likelihood }),
      objectives: [
        {
          name: "made",
          updates: [network],
          loss({ x }, step) {
            if (masks === 1 || !step.training) return { total: tf.neg(tf.mean<tf.Scalar>(mixture(x))) };
            const at = tf.floor(step.random.uniform([1, 1], 0, masks));
            const mask = tf.cast(tf.equal(at, tf.expandDims(tf.range(0, masks), 0)), "float32"); // [1, masks]
            return { total: tf.mean<tf.Scalar>(under(x, mask, step)) };
          },
        },
      ],
    };
  },
);
