import type { BoundsLikelihood, SamplesFromCodes } from "@latentkit/core";
import { ConfigError, type Model, type Prior, type SamplesAtOnce, random as stream } from "@latentkit/core";
import {
  checkShape,
  checkTensor,
  defineValue,
  integer,
  model,
  smoothLogSumExp,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkDraw } from "./check-draw.js";

/** A model of codes, such as a VAE with a Gaussian likelihood whose data are the codes of another. */
export type StageModel = Model<never> & SamplesAtOnce & SamplesFromCodes & BoundsLikelihood;

/** Options of {@link secondStagePrior}. */
export interface SecondStagePriorOptions {
  /** The second stage: a model whose data are codes, `[batch, latentDim]`. */
  readonly model: StageModel;
  /** Importance samples of the density. Default 64. */
  readonly samples?: number;
}

/**
 * A second VAE, trained on the codes of a first model, as that model's prior: two-stage VAE. The second has nothing to compress, its codes
 * being as many as its data, so that they fill N(0, I) as those of pictures never do.
 *
 *     u ~ N(0, I),   z ~ p(z|u) = N(μ(u), σ²),   log p(z) ≥ log 1/K Σₖ p(z, uₖ)/q(uₖ|z).
 *
 * Draws are exact. `logDensity` is that bound with noise that is always the same, so that bounds under this prior are bounds still. Train
 * the second stage on draws of q(z|x), or on codes of an autoencoder, with `likelihood: gaussian({ deviation: "learned" })`.
 *
 * **Shapes**: codes `[…, latentDim]`. **Units**: nats.
 *
 * **Source**: Dai and Wipf, "Diagnosing and Enhancing VAE Models", 2019, section 4. https://arxiv.org/abs/1903.05789
 *
 * @throws ConfigError for a model that draws step by step, bounds nothing or is told conditions; ShapeError for one whose data are no
 *   vectors.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { gaussian, secondStagePrior } from "@latentkit/losses";
 * import { vae } from "@latentkit/vae";
 * const encoder = mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [32], latentDim: 4 });
 * const decoder = mlpDecoder({ outputShape: [8], hiddenUnits: [32], latentDim: 4 }); // means and log variances
 * const second = vae({ encoder, decoder, likelihood: gaussian({ deviation: "learned" }) }); // to be trained on codes
 * const prior = secondStagePrior({ model: second });
 * ```
 */
export const secondStagePrior: ValueFactoryOf<SecondStagePriorOptions, Prior> = defineValue(
  "secondStagePrior",
  {
    model: model<StageModel>("a model of codes that draws and bounds likelihoods, such as a VAE", (given) =>
      [given.sample, given.sampleFromCodes, given.logImportanceWeights].every((each) => typeof each === "function"),
    ),
    samples: integer({ min: 1, default: 64 }),
  },
  ({ model: second, samples }): Prior => {
    const owner = "secondStagePrior";
    if (second.given !== undefined) {
      throw new ConfigError(
        `${owner}: expected \`model\` to be told no conditions, received ${second.kind} told some.`,
      );
    }
    const shape = second.fields.x?.shape ?? [];
    const latentDim = shape.at(-1) ?? 0;
    checkShape(owner, "model's data", shape, [null, latentDim]);
    return {
      name: owner,
      latentDim,
      sample(count, size, random, draw) {
        const { temperature, truncation } = checkDraw(owner, count, size, random, draw);
        checkShape(owner, "codes", [size], [latentDim]);
        const cut = truncation === undefined ? {} : { truncation };
        return second.sample({ count, from: "distribution", temperature, ...cut }, random) as tf.Tensor2D;
      },
      logDensity(z) {
        checkTensor(owner, "z", z);
        checkShape(owner, "z", [z.shape.at(-1)!], [latentDim]);
        return tf.tidy(() => {
          const rows = tf.reshape(z, [-1, latentDim]);
          const weights = second.logImportanceWeights(rows, samples, stream(0).stream(owner).at(0));
          return tf.reshape(tf.sub(smoothLogSumExp(weights), Math.log(samples)), z.shape.slice(0, -1));
        });
      },
      toJSON: () => undefined,
    };
  },
);
