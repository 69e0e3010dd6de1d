import {
  choice,
  defineValue,
  type Option,
  smoothExp,
  smoothSoftplus,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { AdversarialLoss } from "./adversarial-loss.js";
import { checkedLoss } from "./checked-loss.js";

/** Divergences that {@link fDivergenceLoss} estimates, by the field's names. */
export type FDivergence = "kl" | "reverseKl" | "pearson" | "squaredHellinger" | "jensenShannon";

/** Options of {@link fDivergenceLoss}. */
export interface FDivergenceLossOptions {
  /** D_f(data ‖ samples). Default `kl`, which punishes what samples leave out; `reverseKl` punishes samples that are no data. */
  readonly divergence?: FDivergence;
}

interface Parts {
  /** g(v): the logit on the scale of the critic T. */
  readonly critic: (v: tf.Tensor) => tf.Tensor;
  /** f*(g(v)), the convex conjugate of f. */
  readonly conjugate: (v: tf.Tensor) => tf.Tensor;
  /** f′(1): the critic's value where data and samples are equally likely. */
  readonly threshold: number;
}

const LOG_2 = Math.log(2);

/** Table 6 of the paper, each composition simplified. */
const DIVERGENCES: Readonly<Record<FDivergence, Parts>> = {
  kl: { critic: (v) => tf.clone(v), conjugate: (v) => smoothExp(tf.sub(v, 1)), threshold: 1 },
  reverseKl: { critic: (v) => tf.neg(smoothExp(tf.neg(v))), conjugate: (v) => tf.sub(v, 1), threshold: -1 },
  pearson: { critic: (v) => tf.clone(v), conjugate: (v) => tf.add(tf.mul(0.25, tf.square(v)), v), threshold: 0 },
  squaredHellinger: {
    critic: (v) => tf.sub(1, smoothExp(tf.neg(v))),
    conjugate: (v) => tf.sub(smoothExp(v), 1),
    threshold: 0,
  },
  jensenShannon: {
    critic: (v) => tf.sub(LOG_2, smoothSoftplus(tf.neg(v))),
    conjugate: (v) => tf.sub(smoothSoftplus(v), LOG_2),
    threshold: 0,
  },
};

/** The divergence as an option of games that are played for it. */
export const fDivergenceOptions: { readonly divergence: Option<FDivergence, "defaulted"> } = {
  divergence: choice(["kl", "reverseKl", "pearson", "squaredHellinger", "jensenShannon"], { default: "kl" }),
};

/**
 * D maximises a lower bound of an f-divergence between data and samples, E[T(x)] − E[f*(T(G(z)))] with T = g(logit), G maximises E[T(G(z))],
 * the paper's own remedy against gradients that vanish early. `distance` gives the bound.
 *
 * **Shapes**: logits of any shape → scalars. **Units**: those of the divergence, nats for `kl`, `reverseKl`, `jensenShannon`, the last as
 * KL(p ‖ m) + KL(q ‖ m), twice the mean.
 *
 * **Source**: Nowozin, Cseke and Tomioka, "f-GAN: Training Generative Neural Samplers using Variational Divergence Minimization", 2016,
 * equation 6, section 3.2 and table 6. https://arxiv.org/abs/1606.00709
 *
 * @throws ConfigError for a divergence that is not among them.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { fDivergenceLoss } from "@latentkit/losses";
 * const loss = fDivergenceLoss({ divergence: "pearson" });
 * loss.discriminator(tf.zeros([4, 1]), tf.zeros([4, 1])); // 0: a critic that tells nothing apart
 * ```
 */
export const fDivergenceLoss: ValueFactoryOf<FDivergenceLossOptions, AdversarialLoss> = defineValue(
  "fDivergenceLoss",
  fDivergenceOptions,
  ({ divergence }): AdversarialLoss => {
    const { critic, conjugate, threshold } = DIVERGENCES[divergence];
    const bound = (real: tf.Tensor, fake: tf.Tensor): tf.Scalar =>
      tf.tidy(() => tf.sub(tf.mean(critic(real)), tf.mean(conjugate(fake))));
    return checkedLoss("fDivergenceLoss", {
      name: divergence,
      equilibrium: threshold,
      output: (logits) => tf.tidy(() => critic(logits)),
      distance: bound,
      discriminator: (real, fake) => tf.tidy(() => tf.neg(bound(real, fake))) as tf.Scalar,
      generator: (fake) => tf.tidy(() => tf.neg(tf.mean(critic(fake)))) as tf.Scalar,
    });
  },
);
