import type { Decodes, SamplesAtOnce } from "@latentkit/core";
import { sampleRequest } from "@latentkit/core/authoring";
import { standardNormal } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";

const prior = standardNormal();

/** Sampling by decoding draws from N(0, deviation² I). */
export function samplesFromPrior(owner: string, model: Decodes, deviation = 1): SamplesAtOnce["sample"] {
  return (options, random) => {
    const asked = sampleRequest(owner, ["temperature", "truncation"], options, random);
    return tf.tidy(() => {
      const z = prior.sample(asked.count, model.latentDim, asked.random, asked);
      return model.decode(tf.mul(z, deviation));
    });
  };
}
