import { check, type Decodes, type Samples } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** Sampling by decoding draws from N(0, deviation² I). */
export function samplesFromPrior(owner: string, model: Decodes, deviation = 1): Samples["sample"] {
  return (count, random) => {
    check(`${owner}.sample`).integer("count", count, { min: 1 });
    return tf.tidy(() => model.decode(tf.mul(random.normal([count, model.latentDim]), deviation)));
  };
}
