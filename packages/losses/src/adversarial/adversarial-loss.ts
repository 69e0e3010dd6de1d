import type * as tf from "@tensorflow/tfjs";

/**
 * The losses of the two players of a generative adversarial network, on logits: what the discriminator's last layer gives
 * without an activation. Both are minimised.
 *
 * **Shapes**: logits `[batch, …, verdict]`, `[batch, 1]` as a rule, one verdict for each place of a patch discriminator, →
 * scalars. **Units**: means over the batch.
 */
export interface AdversarialLoss {
  /** Names the loss in logs and tables. */
  readonly name: string;
  /** The value of {@link AdversarialLoss.output} for data and samples alike when the players are in balance, if there is one. */
  readonly equilibrium?: number;
  /** What the discriminator aims at for samples and for data, on the scale of {@link AdversarialLoss.output}, if it aims. */
  readonly targets?: { readonly fake: number; readonly real: number };
  /** Width of a verdict: numbers that the discriminator gives for each thing it judges. Default 1. */
  readonly verdict?: number;
  /** Set when the generator's loss needs the logits of real examples too. */
  readonly relativistic?: true;
  /** What "D(x)" means in the paper, for logs and curves: a probability, a score or an estimate; one value a verdict, `[batch, …]`. */
  output(logits: tf.Tensor): tf.Tensor;
  /** The distance that a critic estimates from its scores of real and generated examples, where the loss has one. */
  distance?(real: tf.Tensor, fake: tf.Tensor): tf.Scalar;
  /** The discriminator's loss from its logits of real and of generated examples. */
  discriminator(real: tf.Tensor, fake: tf.Tensor): tf.Scalar;
  /** The generator's loss from the logits of generated examples; `real` is read by relativistic losses only. */
  generator(fake: tf.Tensor, real?: tf.Tensor): tf.Scalar;
}

/** A discriminator or critic as a function: examples `[batch, …]` → logits, one per example. */
export type Critic = (x: tf.Tensor) => tf.Tensor;
