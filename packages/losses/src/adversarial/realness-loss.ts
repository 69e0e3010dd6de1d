import { ConfigError } from "@latentkit/core";
import {
  defineValue,
  integer,
  number,
  type Option,
  smoothLogSumExp,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { AdversarialLoss } from "./adversarial-loss.js";
import { checkedLoss } from "./checked-loss.js";

/** Options of {@link realnessLoss}. */
export interface RealnessLossOptions {
  /** Outcomes of a verdict, an integer ≥ 2. Default 10. The discriminator gives one logit for each. */
  readonly outcomes?: number;
  /** Skew of the anchor of real examples. Default 1, towards the upper outcomes. */
  readonly realSkew?: number;
  /** Skew of the anchor of generated examples. Default −1. */
  readonly fakeSkew?: number;
}

/** The options of the loss, and of games that are played for it. */
export const realnessOptions: {
  readonly outcomes: Option<number, "defaulted">;
  readonly realSkew: Option<number, "defaulted">;
  readonly fakeSkew: Option<number, "defaulted">;
} = {
  outcomes: integer({ min: 2, default: 10 }),
  realSkew: number({ default: 1 }),
  fakeSkew: number({ default: -1 }),
};

/**
 * RealnessGAN: a verdict is a distribution over `outcomes` instead of one number, so that several reasons to be real fit in.
 * D minimises KL(A₁ ‖ D(x)) + KL(A₀ ‖ D(G(z))) with fixed anchors A₁ for data and A₀ for samples; G minimises
 * KL(D(x) ‖ D(G(z))) − KL(A₀ ‖ D(G(z))), which draws the verdict on samples from the anchor to the verdict on data.
 *
 * Anchors are skewed Gaussian bells over outcomes placed evenly in [−1, 1]: Aᵢ ∝ φ(2u)·Φ(2·skew·u), as the paper shapes them from
 * histograms of skewed normal draws. With two outcomes and hard anchors it is the standard GAN.
 *
 * **Shapes**: logits `[batch, …, outcomes]` → scalars. **Units**: nats.
 *
 * **Source**: Xiangli, Deng, Dai, Loy and Lin, "Real or Not Real, that is the Question", 2020, equations 3, 18 and 19.
 * https://arxiv.org/abs/2002.05512
 *
 * @throws ConfigError for fewer than two outcomes, or equal skews; ShapeError for verdicts of another width, with both.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { realnessLoss } from "@latentkit/losses";
 * const loss = realnessLoss({ outcomes: 4 });
 * loss.discriminator(tf.zeros([2, 4]), tf.zeros([2, 4])); // KL of both anchors to the uniform distribution
 * ```
 */
export const realnessLoss: ValueFactoryOf<RealnessLossOptions, AdversarialLoss> = defineValue(
  "realnessLoss",
  realnessOptions,
  ({ outcomes, realSkew, fakeSkew }): AdversarialLoss => {
    if (realSkew === fakeSkew) {
      throw new ConfigError(
        `realnessLoss: expected \`realSkew\` to be another skew than \`fakeSkew\` (${fakeSkew}), received ${realSkew}.`,
      );
    }
    const anchors = { real: anchor(outcomes, realSkew), fake: anchor(outcomes, fakeSkew) };
    /** Σ a·(log a − log softmax(logits)), averaged over verdicts. */
    const fromAnchor = (shares: readonly number[], logits: tf.Tensor): tf.Tensor => {
      const entropy = shares.reduce((sum, share) => sum + (share > 0 ? share * Math.log(share) : 0), 0);
      const cross = tf.sum(tf.mul(tf.tensor1d([...shares]), logShares(logits)), -1);
      return tf.sub(entropy, tf.mean(cross));
    };
    return checkedLoss("realnessLoss", {
      name: "realness",
      verdict: outcomes,
      relativistic: true,
      targets: { fake: expectation(anchors.fake), real: expectation(anchors.real) },
      // The mean outcome: −1 surely generated, 1 surely real.
      output: (logits) => tf.tidy(() => tf.sum(tf.mul(tf.softmax(logits), tf.tensor1d(places(outcomes))), -1)),
      discriminator: (real, fake) =>
        tf.tidy(() => tf.add(fromAnchor(anchors.real, real), fromAnchor(anchors.fake, fake))) as tf.Scalar,
      generator: (fake, real) =>
        tf.tidy(() => {
          const [told, seen] = [logShares(real!), logShares(fake)];
          const apart = tf.mean(tf.sum(tf.mul(tf.exp(told), tf.sub(told, seen)), -1));
          return tf.sub(apart, fromAnchor(anchors.fake, fake));
        }) as tf.Scalar,
    });
  },
);

/** log softmax, with derivatives of every order. */
function logShares(logits: tf.Tensor): tf.Tensor {
  return tf.sub(logits, tf.expandDims(smoothLogSumExp(logits), -1));
}

/** Outcomes placed evenly in [−1, 1]. */
function places(outcomes: number): number[] {
  return Array.from({ length: outcomes }, (_, i) => -1 + (2 * i) / (outcomes - 1));
}

function expectation(shares: readonly number[]): number {
  const at = places(shares.length);
  return shares.reduce((sum, share, i) => sum + share * at[i]!, 0);
}

/** φ(2u)·Φ(2·skew·u) over the outcomes, normalised; the logistic function stands for Φ within 1 %. */
function anchor(outcomes: number, skew: number): number[] {
  const bells = places(outcomes).map((u) => Math.exp(-2 * u * u) / (1 + Math.exp(-1.702 * 2 * skew * u)));
  const total = bells.reduce((sum, bell) => sum + bell, 0);
  return bells.map((bell) => bell / total);
}
