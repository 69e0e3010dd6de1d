import type { Conditions, ModelFactory, Schedule } from "@latentkit/core";
import { conditionFields, conditions, defineModel, number, schedule } from "@latentkit/core/authoring";
import { variationalObjective } from "./internal/variational-objective.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { ConditionalVae } from "./types.js";

/** Options of {@link conditionalVae}. */
export interface ConditionalVaeOptions extends LatentOptions {
  /**
   * What the model is told, by the field of a batch: `{ label: { classes: 10 } }` for class numbers, `{ slant: { size: 1 } }` for
   * vectors. The networks take them after their first input, in this order.
   */
  readonly given: Conditions;
  /** Weight of the KL divergence, a number ≥ 0 or a schedule. Default 1. */
  readonly beta?: number | Schedule;
  /** Nats that each dimension may carry free of charge. Default 0. */
  readonly freeBits?: number;
}

/**
 * Conditional variational autoencoder: a VAE whose networks are told what an example is, so that the code holds what is left — the
 * hand that wrote a digit, not the digit — and the wanted class can be drawn.
 *
 * Minimises, on average over the batch, the negative bound of the conditional likelihood
 *
 *     −E_q(z|x,y)[log p(x|z, y)] + β · KL(q(z|x, y) ‖ p(z)),
 *
 * y the conditions, class numbers as one-hot rows. Logs `conditionalVae/reconstruction` and `conditionalVae/kl`.
 *
 * **Shapes**: `batch.x` `[batch, …]`, class numbers `[batch]` int32, vectors `[batch, size]`, codes `[batch, latentDim]`.
 *
 * **Units**: nats per example.
 *
 * **Source**: Sohn, Lee and Yan, "Learning Structured Output Representation using Deep Conditional Generative Models", 2015,
 * equation 4, with the prior of their baseline, https://papers.nips.cc/paper/5775; Kingma, Rezende, Mohamed and Welling,
 * "Semi-Supervised Learning with Deep Generative Models", 2014, equation 6, https://arxiv.org/abs/1406.5298
 *
 * @throws ShapeError when networks, conditions and likelihood do not fit together; ConfigError for other options.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { conditionalVae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64], classes: 10 };
 * const model = conditionalVae({
 *   given: { label: { classes: 10 } },
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape }),
 * });
 * const sevens = model.sample({ count: 4, random: random(1), given: { label: 7 } }); // [4, 28, 28, 1]
 * ```
 */
export const conditionalVae: ModelFactory<ConditionalVaeOptions, ConditionalVae> = defineModel(
  "conditionalVae",
  {
    given: conditions(),
    ...latentOptions,
    beta: schedule({ min: 0, default: 1 }),
    freeBits: number({ min: 0, default: 0 }),
  },
  ({ beta, freeBits, given, ...parts }) => {
    const base = latentVariableModel({ owner: "conditionalVae", ...parts, given: conditionFields(given) });
    return { ...base.model, objectives: [variationalObjective("conditionalVae", base, { beta, freeBits })] };
  },
);
