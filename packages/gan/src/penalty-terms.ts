import { check, type Schedule, type StepContext } from "@latentkit/core";
import { type Critic, draganPenalty, gradientPenalty, r1Penalty } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";

/** A term on the discriminator's gradient, with its weight. */
export interface PenaltyTerm {
  /** Names the term in logs. */
  readonly name: string;
  /** The weighted term from what the discriminator sees. */
  value(critic: Critic, real: tf.Tensor, fake: tf.Tensor, step: StepContext): tf.Scalar;
}

/** Weight of a penalty: a number ≥ 0, or a schedule. */
export type PenaltyWeight = number | Schedule;

/**
 * `gradientPenalty` of `@latentkit/losses` with its weight λ: keeps a Wasserstein critic near slope 1 between data and samples.
 *
 * **Source**: Gulrajani et al., "Improved Training of Wasserstein GANs", 2017, equation 3. https://arxiv.org/abs/1704.00028
 *
 * @throws ConfigError for a weight < 0.
 * @example
 * ```ts
 * import { gradientPenaltyTerm } from "@latentkit/gan";
 * const penalty = gradientPenaltyTerm({ weight: 10, oneSided: true });
 * ```
 */
export function gradientPenaltyTerm(
  options: { readonly weight?: PenaltyWeight; readonly oneSided?: boolean } = {},
): PenaltyTerm {
  const { weight = 10, oneSided = false } = options;
  return weighted("gradientPenalty", weight, (critic, real, fake, step) =>
    gradientPenalty(critic, real, fake, step.random, { oneSided }),
  );
}

/**
 * `r1Penalty` of `@latentkit/losses` on data with its weight γ: the usual stabiliser of logistic discriminators.
 *
 * **Source**: Mescheder, Geiger and Nowozin, "Which Training Methods for GANs do actually Converge?", 2018, equation 9.
 *
 * @throws ConfigError for a weight < 0.
 * @example
 * ```ts
 * import { r1Term } from "@latentkit/gan";
 * const penalty = r1Term({ weight: 1 });
 * ```
 */
export function r1Term(options: { readonly weight?: PenaltyWeight } = {}): PenaltyTerm {
  return weighted("r1", options.weight ?? 1, (critic, real) => r1Penalty(critic, real));
}

/**
 * `r1Penalty` of `@latentkit/losses` on data and on samples alike (R1 + R2), for relativistic losses.
 *
 * **Source**: Huang et al., "The GAN is dead; long live the GAN! A Modern GAN Baseline", 2024, equation 5.
 *
 * @throws ConfigError for a weight < 0.
 * @example
 * ```ts
 * import { r1r2Term } from "@latentkit/gan";
 * const penalty = r1r2Term({ weight: 1 });
 * ```
 */
export function r1r2Term(options: { readonly weight?: PenaltyWeight } = {}): PenaltyTerm {
  return weighted("r1r2", options.weight ?? 1, (critic, real, fake) =>
    tf.add(r1Penalty(critic, real), r1Penalty(critic, fake)),
  );
}

/**
 * `draganPenalty` of `@latentkit/losses` with its weight λ: slope 1 around the data, for logistic losses.
 *
 * **Source**: Kodali et al., "On Convergence and Stability of GANs", 2017, section 2.3. https://arxiv.org/abs/1705.07215
 *
 * @throws ConfigError for a weight < 0.
 * @example
 * ```ts
 * import { draganTerm } from "@latentkit/gan";
 * const penalty = draganTerm({ weight: 10 });
 * ```
 */
export function draganTerm(options: { readonly weight?: PenaltyWeight; readonly scale?: number } = {}): PenaltyTerm {
  const { weight = 10, scale } = options;
  return weighted("dragan", weight, (critic, real, _, step) =>
    draganPenalty(critic, real, step.random, scale === undefined ? {} : { scale }),
  );
}

function weighted(name: string, weight: PenaltyWeight, value: PenaltyTerm["value"]): PenaltyTerm {
  if (typeof weight === "number") check(`${name}Term`).number("weight", weight, { min: 0 });
  return {
    name,
    value: (critic, real, fake, step) =>
      tf.tidy(() => tf.mul(step.schedule(weight), value(critic, real, fake, step)) as tf.Scalar),
  };
}
