import type { BoundsLikelihood, RandomSource } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

const LOG_2PI = Math.log(2 * Math.PI);

/** log N(x; mean, deviation²), summed over the last axis. */
export function logNormal(x: tf.Tensor, mean: tf.Tensor | number, deviation: number): tf.Tensor {
  const squares = tf.square(tf.div(tf.sub(x, mean), deviation));
  return tf.mul(-0.5, tf.sum(tf.add(squares, LOG_2PI + 2 * Math.log(deviation)), -1));
}

/**
 * A model whose log p(x) is known: z ~ N(0, 1), x = z + noise of variance 1, so that x ~ N(0, 2) and p(z|x) = N(x/2, ½). Its
 * posterior is right for `width` = √½ and too wide or narrow otherwise.
 */
export function gaussianModel(width: number): BoundsLikelihood & { readonly counts: number[] } {
  const counts: number[] = [];
  return {
    counts,
    elbo: (x, random) =>
      tf.tidy(() => {
        const { z, mean } = draw(x, 1, random, width);
        const fit = tf.reshape(logNormal(tf.expandDims(x, 1), z, 1), [-1]); // [batch]
        // KL(N(m, w²) ‖ N(0, 1)) in closed form.
        const kl = tf.sum(tf.mul(0.5, tf.sub(tf.square(mean), 1 + 2 * Math.log(width) - width ** 2)), -1);
        return {
          elbo: tf.sub(fit, kl) as tf.Tensor1D,
          reconstruction: tf.neg(fit) as tf.Tensor1D,
          kl: kl as tf.Tensor1D,
        };
      }),
    logImportanceWeights: (x, count, random) => {
      counts.push(count);
      return tf.tidy(() => {
        const { z, mean } = draw(x, count, random, width);
        const joint = tf.add(logNormal(tf.expandDims(x, 1), z, 1), logNormal(z, 0, 1));
        return tf.sub(joint, logNormal(z, tf.expandDims(mean, 1), width)) as tf.Tensor2D; // [batch, count]
      });
    },
  };
}

function draw(x: tf.Tensor, count: number, random: RandomSource, width: number): { z: tf.Tensor; mean: tf.Tensor } {
  const mean = tf.div(x, 2);
  const noise = random.normal([x.shape[0]!, count, x.shape[1]!]);
  return { z: tf.add(tf.expandDims(mean, 1), tf.mul(noise, width)), mean };
}

/** log p(x) of {@link gaussianModel}, for x of one value. */
export const trueLogLikelihood = (x: number): number => -0.5 * Math.log(4 * Math.PI) - x ** 2 / 4;
