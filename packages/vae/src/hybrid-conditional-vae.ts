import type { Conditions, ModelFactory, Schedule } from "@latentkit/core";
import { conditionFields, conditions, defineModel, schedule } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModel } from "./types.js";

/** Options of {@link hybridConditionalVae}. */
export interface HybridConditionalVaeOptions extends LatentOptions {
  /** What both networks are told beside their first input, by the field of a batch: `{ label: { classes: 10 } }`. */
  readonly given: Conditions;
  /** Share of the bound in the loss, a number in [0, 1] or a schedule; the rest is the prediction from the prior. Default 0.5. */
  readonly alpha?: number | Schedule;
}

/**
 * Conditional variational autoencoder that is trained as it is used: beside the bound, whose codes come from the data, it predicts data
 * from codes of the prior, which are all that there is when something is to be drawn. For predictions from conditions that say much, such
 * as the other half of a picture; {@link conditionalVae} where codes should carry what conditions do not.
 *
 * Minimises, on average over the batch,
 *
 *     α·(−E_q(z|x,y)[log p(x|z, y)] + KL(q(z|x, y) ‖ p(z))) + (1 − α)·(−E_p(z)[log p(x|z, y)]),
 *
 * y the conditions, with one draw an example of each kind. Logs `hybridConditionalVae/reconstruction`, `…/kl` and `…/prediction`, the last
 * term without its weight.
 *
 * **Shapes**: `batch.x` `[batch, …]`, class numbers `[batch]` int32, vectors `[batch, size]`, codes `[batch, latentDim]`.
 *
 * **Units**: nats per example.
 *
 * **Source**: Sohn, Lee and Yan, "Learning Structured Output Representation using Deep Conditional Generative Models", 2015, equations 5
 * and 6, with the prior of their baseline. https://papers.nips.cc/paper/5775
 *
 * @throws ShapeError when networks, conditions and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { hybridConditionalVae } from "@latentkit/vae";
 * const shape = { hiddenUnits: [8], latentDim: 2, conditionDim: 3 };
 * const encoder = mlpGaussianEncoder({ inputShape: [4], ...shape });
 * const decoder = mlpDecoder({ outputShape: [4], ...shape });
 * const model = hybridConditionalVae({ encoder, decoder, given: { before: { size: 3 } } });
 * ```
 */
export const hybridConditionalVae: ModelFactory<HybridConditionalVaeOptions, LatentVariableModel> = defineModel(
  "hybridConditionalVae",
  {
    ...latentOptions,
    given: conditions(),
    alpha: schedule({ min: 0, max: 1, default: 0.5 }),
  },
  ({ given, alpha, ...parts }) => {
    const { model, pass, updates } = latentVariableModel({
      owner: "hybridConditionalVae",
      ...parts,
      given: conditionFields(given),
    });
    return {
      ...model,
      objectives: [
        {
          name: "hybridConditionalVae",
          updates,
          loss(batch, step) {
            const passed = pass(batch, step);
            const drawn = passed.draw();
            const reconstruction = tf.mean<tf.Scalar>(passed.reconstruction(drawn.z));
            const kl = tf.mean<tf.Scalar>(tf.sum(passed.kl(drawn), 1));
            const imagined = passed.prior.sample(batch.x.shape[0]!, model.latentDim, step.random);
            const prediction = tf.mean<tf.Scalar>(passed.reconstruction(imagined));
            const share = step.schedule(alpha);
            const bound = tf.mul(share, tf.add(reconstruction, kl));
            const total = tf.add<tf.Scalar>(bound, tf.mul(tf.sub(1, share), prediction));
            return { total, parts: { reconstruction, kl, prediction } };
          },
        },
      ],
    };
  },
);
