import type { Schedule, StepContext } from "@latentkit/core";
import {
  defineValue,
  flag,
  number,
  optional,
  schedule,
  type ValueFactory,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
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

/** Options of penalties that have a weight alone. */
export interface PenaltyTermOptions {
  /** Weight of the penalty. */
  readonly weight?: PenaltyWeight;
}

/** Options of {@link gradientPenaltyTerm}. */
export interface GradientPenaltyTermOptions extends PenaltyTermOptions {
  /** Punishes only slopes above 1. Default false. */
  readonly oneSided?: boolean;
}

/** Options of {@link draganTerm}. */
export interface DraganTermOptions extends PenaltyTermOptions {
  /** Size of the perturbation, in deviations of the data. */
  readonly scale?: number;
}

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
export const gradientPenaltyTerm: ValueFactoryOf<GradientPenaltyTermOptions, PenaltyTerm> = defineValue(
  "gradientPenaltyTerm",
  { weight: schedule({ min: 0, default: 10 }), oneSided: flag({ default: false }) },
  ({ weight, oneSided }) =>
    weighted("gradientPenalty", weight, (critic, real, fake, step) =>
      gradientPenalty(critic, real, fake, step.random, { oneSided }),
    ),
);

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
export const r1Term: ValueFactoryOf<PenaltyTermOptions, PenaltyTerm> = defineValue(
  "r1Term",
  { weight: schedule({ min: 0, default: 1 }) },
  ({ weight }) => weighted("r1", weight, (critic, real) => r1Penalty(critic, real)),
);

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
export const r1r2Term: ValueFactoryOf<PenaltyTermOptions, PenaltyTerm> = defineValue(
  "r1r2Term",
  { weight: schedule({ min: 0, default: 1 }) },
  ({ weight }) =>
    weighted("r1r2", weight, (critic, real, fake) => tf.add(r1Penalty(critic, real), r1Penalty(critic, fake))),
);

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
export const draganTerm: ValueFactoryOf<DraganTermOptions, PenaltyTerm> = defineValue(
  "draganTerm",
  { weight: schedule({ min: 0, default: 10 }), scale: optional(number({ above: 0 })) },
  ({ weight, scale }) =>
    weighted("dragan", weight, (critic, real, _, step) =>
      draganPenalty(critic, real, step.random, scale === undefined ? {} : { scale }),
    ),
);

/** All of them, by which files and the command line are read. */
export const penaltyTerms: readonly ValueFactory<PenaltyTerm>[] = [gradientPenaltyTerm, r1Term, r1r2Term, draganTerm];

function weighted(name: string, weight: PenaltyWeight, value: PenaltyTerm["value"]): PenaltyTerm {
  return {
    name,
    value: (critic, real, fake, step) =>
      tf.tidy(() => tf.mul(step.schedule(weight), value(critic, real, fake, step)) as tf.Scalar),
  };
}
