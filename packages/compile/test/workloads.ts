import { apply, type Batch, type StepContext } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { adamProgram } from "./programs.js";

let seed = 1;
const dense = (units: number, inputs: number, activation?: "relu"): tf.layers.Layer =>
  tf.layers.dense({
    units,
    inputShape: [inputs],
    activation,
    kernelInitializer: tf.initializers.glorotUniform({ seed: seed++ }),
  });

/** A small or full VAE of dense layers with its step. */
export function mlpVae(data: number, hidden: number, latent: number, name = "vae"): ReturnType<typeof adamProgram> {
  const layers = [
    dense(hidden, data, "relu"),
    dense(latent, hidden),
    dense(latent, hidden),
    dense(hidden, latent, "relu"),
    dense(data, hidden),
  ];
  const [encoder, mean, logVariance, decoder, head] = layers.map((layer) => tf.sequential({ layers: [layer] }));
  const networks = [encoder!, mean!, logVariance!, decoder!, head!];
  return adamProgram({
    name,
    weights: networks.flatMap((n) => n.trainableWeights.map((w) => w.read() as tf.Variable)),
    loss: ({ x }: Batch, { random }: StepContext) => {
      const h = apply(encoder!, x!, { training: true });
      const [m, s] = [apply(mean!, h), apply(logVariance!, h)];
      const z = tf.add(m, tf.mul(tf.exp(tf.mul(s, 0.5)), random.normal(m.shape)));
      const y = apply(head!, apply(decoder!, z));
      const crossEntropy = tf.sum(tf.sub(tf.softplus(y), tf.mul(y, x!)), -1);
      const kl = tf.mul(-0.5, tf.sum(tf.sub(tf.sub(tf.add(s, 1), tf.square(m)), tf.exp(s)), -1));
      const [a, b] = [tf.mean(crossEntropy) as tf.Scalar, tf.mean(kl) as tf.Scalar];
      return { loss: tf.add(a, b) as tf.Scalar, reconstruction: a, kl: b };
    },
  });
}
