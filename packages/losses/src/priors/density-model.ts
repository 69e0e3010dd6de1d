import {
  ConfigError,
  type DataBatch,
  type HasLikelihood,
  type Model,
  type ModelFactory,
  type Prior,
  type SampleOptions,
  type SamplesAtOnce,
} from "@latentkit/core";
import { checkTensor, defineModel, sampleRequest } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { priorOption } from "../options.js";

/** Options of {@link densityModel}. */
export interface DensityModelOptions {
  /** A prior with something to learn, such as `flowPrior({ flows })` or `mixturePrior({ latentDim })`. */
  readonly prior?: Prior;
}

/** What {@link densityModel} returns. */
export interface DensityModel extends Model<DataBatch>, HasLikelihood, SamplesAtOnce {
  readonly kind: "densityModel";
  readonly given?: never;
  readonly prior: Prior;
  /** Size of a code. */
  readonly latentDim: number;
}

/**
 * A prior as a model by itself: `train` fits it to codes that stand, such as those of a trained autoencoder, and `withPrior` draws from it.
 *
 * Minimises −log p(z), on average over the batch; p is what the prior says it is. Masked autoregressive flows score in one pass, inverse
 * ones in as many as a code has numbers, which makes fitting those slow.
 *
 * **Shapes**: `batch.x` `[batch, latentDim]`. **Units**: nats per example.
 *
 * **Source**: Papamakarios, Pavlakou and Murray, "Masked Autoregressive Flow for Density Estimation", 2017, section 3,
 * https://arxiv.org/abs/1705.07057; as samplers of autoencoders: Chadebec, Vincent and Allassonnière, "Pythae", 2022, section 3.2,
 * https://arxiv.org/abs/2206.08309
 *
 * @throws ConfigError for a prior with nothing to learn, of any size, or that is made of a model's encoder.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { fromTensors } from "@latentkit/data";
 * import { autoregressiveConditioner } from "@latentkit/layers";
 * import { densityModel, flowPrior, maskedAutoregressiveFlow } from "@latentkit/losses";
 * import { train } from "@latentkit/training";
 * const conditioner = autoregressiveConditioner({ latentDim: 3, hiddenUnits: [16] });
 * const model = densityModel({ prior: flowPrior({ flows: [maskedAutoregressiveFlow({ conditioner })] }) });
 * await train(model, await fromTensors({ x: random(1).normal([256, 3]) }), { steps: 10 });
 * ```
 */
export const densityModel: ModelFactory<DensityModelOptions, DensityModel> = defineModel(
  "densityModel",
  { prior: priorOption() },
  ({ prior }) => {
    const owner = "densityModel";
    const { latentDim } = prior;
    const updates = Object.values(prior.networks ?? {});
    if (latentDim === undefined || updates.length === 0) {
      throw new ConfigError(
        `${owner}: expected \`prior\` to be one of a certain size with networks to learn, such as flowPrior({ flows }), received ${prior.name}; fit others by functions such as fitGaussianMixture.`,
      );
    }
    return {
      networks: {}, // the prior's, listed under its option's name
      fields: { x: { shape: [null, latentDim] } },
      prior,
      latentDim,
      logLikelihood(x) {
        checkTensor(`${owner}.logLikelihood`, "x", x, [null, latentDim]);
        return prior.logDensity(x) as tf.Tensor1D;
      },
      sample(options: SampleOptions | number, random) {
        const asked = sampleRequest(owner, ["temperature", "truncation"], options, random);
        return prior.sample(asked.count, latentDim, asked.random, asked);
      },
      objectives: [
        {
          name: owner,
          updates,
          loss: ({ x }) => ({ total: tf.neg(tf.mean<tf.Scalar>(prior.logDensity(x))) }),
        },
      ],
    };
  },
);
