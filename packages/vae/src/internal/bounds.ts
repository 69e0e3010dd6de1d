import type { PosteriorDraw, Prior } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Codes decoded at once: 4,096 pictures of 784 values are 13 MB, so that thousands of weights an example fit in memory. */
const MAX_ROWS = 4096;

/** log q(z|x) − log p(z) of one draw an example, an unbiased estimate of the divergence: `[batch, 1]`. */
export function drawnKl(drawn: PosteriorDraw, prior: Prior): tf.Tensor2D {
  return tf.expandDims(tf.sub(drawn.logDensity(), prior.logDensity(drawn.z)), 1) as tf.Tensor2D;
}

/** What importance weights are computed from. */
export interface WeightParts {
  readonly draw: (count?: number) => PosteriorDraw;
  readonly reconstruction: (z: tf.Tensor) => tf.Tensor1D;
  readonly prior: Prior;
  readonly batch: number;
}

/** log p(x|z) + log p(z) − log q(z|x) for `count` draws an example, in chunks that fit in memory: `[batch, count]`. */
export function importanceWeights({ draw, reconstruction, prior, batch }: WeightParts, count: number): tf.Tensor2D {
  const weights = (draws: number): tf.Tensor2D =>
    tf.tidy(() => {
      const drawn = draw(draws);
      const rows = tf.reshape(drawn.z, [batch * draws, drawn.z.shape.at(-1)!]);
      const likelihood = tf.reshape(reconstruction(rows), [batch, draws]);
      const excess = tf.sub(prior.logDensity(drawn.z), drawn.logDensity()); // [batch, draws]
      return tf.sub(excess, likelihood) as tf.Tensor2D;
    });
  const chunk = Math.max(1, Math.floor(MAX_ROWS / batch));
  const chunks: tf.Tensor2D[] = [];
  for (let done = 0; done < count; done += chunk) chunks.push(weights(Math.min(chunk, count - done)));
  return chunks.length === 1 ? chunks[0]! : (tf.concat(chunks, 1) as tf.Tensor2D);
}
