import * as tf from "@tensorflow/tfjs";
import { reduceTo, setGradient, shippedGradient } from "./registry.js";

/**
 * The gradient of batch normalisation with statistics of any shape that broadcasts, such as those of channels that are not
 * last; the shipped rule takes vectors and whole tensors alone.
 */
export function setNormalizationGradient(): void {
  const shipped = shippedGradient("FusedBatchNorm");
  setGradient("FusedBatchNorm", { inputs: ["x", "mean", "variance", "scale"] }, (dy, saved, attributes) => {
    const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    if (mean.rank === 1) return shipped(dy, saved, attributes);
    const narrow = tf.rsqrt(tf.add(variance, attributes.varianceEpsilon as number));
    const centred = tf.sub(x, mean);
    const scaled = tf.mul(dy, scale);
    return {
      x: () => tf.mul(scaled, narrow),
      mean: () => reduceTo(tf.neg(tf.mul(scaled, narrow)), mean.shape),
      variance: () =>
        reduceTo(tf.mul(tf.mul(tf.mul(scaled, centred), -0.5), tf.pow(narrow, tf.scalar(3))), variance.shape),
      scale: () => reduceTo(tf.mul(dy, tf.mul(centred, narrow)), scale.shape),
      offset: () => reduceTo(dy, mean.shape),
    };
  });
}
