import * as tf from "@tensorflow/tfjs";
import type { LatentPass } from "../latent-variable-model.js";

/** The bound's two parts averaged over a batch, and the codes that they were computed with. */
export interface BoundTerms {
  /** −E_q[log p(x|z)] with one draw an example. */
  readonly reconstruction: tf.Scalar;
  /** KL(q(z|x) ‖ p(z)). */
  readonly kl: tf.Scalar;
  /** The draws, `[batch, latentDim]`. */
  readonly z: tf.Tensor2D;
}

/** What most objectives of the family begin with: the negative evidence lower bound is `reconstruction + kl`. */
export function boundTerms(passed: LatentPass): BoundTerms {
  const drawn = passed.draw();
  return {
    reconstruction: tf.mean<tf.Scalar>(passed.reconstruction(drawn.z)),
    kl: tf.mean<tf.Scalar>(tf.sum(passed.kl(drawn), 1)),
    z: drawn.z as tf.Tensor2D,
  };
}
