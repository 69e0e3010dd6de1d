import { stopGradient } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { LatentPass } from "../latent-variable-model.js";
import type { Density } from "./check-density.js";

/**
 * Log importance weights of `count` draws an example, `[batch, count]`, under whose importance-weighted bound the encoder has the doubly
 * reparameterised gradient Σᵢ w̃ᵢ²·(∂ log wᵢ/∂zᵢ)·(∂zᵢ/∂φ), w̃ᵢ = wᵢ/Σⱼwⱼ, and the decoder the usual one, Σᵢ w̃ᵢ·∂ log wᵢ/∂θ.
 *
 * q(z|x) is evaluated with its parameters held fixed, so that gradients reach the encoder through the codes alone; on their way they
 * are multiplied by w̃, which the bound has multiplied them by once already.
 *
 * Source: Tucker, Lawson, Gu and Maddison 2019, equation 8.
 */
export function doublyReparameterisedWeights(passed: LatentPass, density: Density, count: number): tf.Tensor2D {
  const { z } = passed.draw(count); // [batch, count, latentDim]
  const [batch, , latentDim] = z.shape as [number, number, number];
  const fixed = passed.outputs.map((output) => tf.expandDims(stopGradient(output), 1));
  const logWeights = (codes: tf.Tensor): tf.Tensor2D => {
    const rows = tf.reshape(codes, [batch * count, latentDim]);
    const likelihood = tf.reshape(passed.reconstruction(rows), [batch, count]);
    const excess = tf.sub(passed.prior.logDensity(codes), density(fixed, codes));
    return tf.sub(excess, likelihood) as tf.Tensor2D;
  };
  const shares = unrecorded((codes) => tf.softmax(logWeights(codes)), z);
  return logWeights(withScaledGradient(z, tf.expandDims(shares, 2)));
}

/** f(x) as a constant, whose operations gradients do not go through: within a custom gradient nothing is recorded for them. */
function unrecorded(f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  const constant = tf.customGrad((input) => ({
    value: f(input as tf.Tensor),
    gradFunc: () => tf.zeros(x.shape),
  }));
  return constant(x);
}

/** x, whose gradient is multiplied by `scale`, a constant that broadcasts to it. */
const withScaledGradient = tf.customGrad((...args) => {
  const [x, scale, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
  save([scale]);
  return {
    value: tf.clone(x),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [tf.mul(dy, saved[0]!), tf.zerosLike(saved[0]!)],
  };
}) as (x: tf.Tensor, scale: tf.Tensor) => tf.Tensor;
