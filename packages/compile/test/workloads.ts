import type { Batch, StepContext } from "@latentkit/core";
import { apply } from "@latentkit/core/authoring";
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

const conv = (filters: number, channels: number, side: number, options: object = {}): tf.layers.Layer =>
  tf.layers.conv2d({
    filters,
    kernelSize: 4,
    strides: 2,
    padding: "same",
    inputShape: [side, side, channels],
    kernelInitializer: tf.initializers.glorotUniform({ seed: seed++ }),
    ...options,
  });

const convTranspose = (filters: number, channels: number, side: number, options: object = {}): tf.layers.Layer =>
  tf.layers.conv2dTranspose({
    filters,
    kernelSize: 4,
    strides: 2,
    padding: "same",
    inputShape: [side, side, channels],
    kernelInitializer: tf.initializers.glorotUniform({ seed: seed++ }),
    ...options,
  });

const variablesOf = (networks: readonly tf.LayersModel[]): tf.Variable[] =>
  networks.flatMap((network) => network.trainableWeights.map((weight) => weight.read() as tf.Variable));

const otherVariablesOf = (networks: readonly tf.LayersModel[]): tf.Variable[] =>
  networks.flatMap((network) => network.nonTrainableWeights.map((weight) => weight.read() as tf.Variable));

/** A convolutional autoencoder: two convolutions, two transposed ones. */
export function convAutoencoder(side: number, narrow: number, wide: number): ReturnType<typeof adamProgram> {
  const network = tf.sequential({
    layers: [
      conv(narrow, 1, side),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      conv(wide, narrow, side / 2),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      convTranspose(narrow, wide, side / 4, { activation: "relu" }),
      convTranspose(1, narrow, side / 2, { activation: "sigmoid" }),
    ],
  });
  return adamProgram({
    name: "autoencoder",
    weights: variablesOf([network]),
    loss: ({ x }) => {
      const y = apply(network, x!, { training: true });
      return { loss: tf.mean(tf.square(tf.sub(y, x!))) as tf.Scalar };
    },
  });
}

/** A DCGAN: the discriminator's step and the generator's. */
export function dcgan(side: number, narrow: number, wide: number, latent: number): ReturnType<typeof adamProgram>[] {
  const small = side / 4;
  const norm = (): tf.layers.Layer => tf.layers.batchNormalization({});
  const bare = { useBias: false };
  const generator = tf.sequential({
    layers: [
      tf.layers.dense({ units: small * small * wide, inputShape: [latent], ...bare }),
      norm(),
      tf.layers.reLU(),
      tf.layers.reshape({ targetShape: [small, small, wide] }),
      convTranspose(narrow, wide, small, bare),
      norm(),
      tf.layers.reLU(),
      convTranspose(1, narrow, side / 2, { activation: "tanh" }),
    ],
  });
  const discriminator = tf.sequential({
    layers: [
      conv(narrow, 1, side),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      conv(wide, narrow, side / 2, bare),
      norm(),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 1 }),
    ],
  });
  const networks = [generator, discriminator];
  const common = { others: otherVariablesOf(networks), learningRate: 2e-4, beta1: 0.5 };
  const training = { training: true };
  const mean = (x: tf.Tensor): tf.Scalar => tf.mean(x);
  return [
    adamProgram({
      ...common,
      name: "discriminator",
      weights: variablesOf([discriminator]),
      others: [...common.others, ...variablesOf([generator])],
      loss: ({ x }, { random }) => {
        const fake = apply(generator, random.normal([x!.shape[0]!, latent]), training);
        const real = mean(tf.softplus(tf.neg(apply(discriminator, x!, training))));
        return { loss: tf.add(real, mean(tf.softplus(apply(discriminator, fake, training)))) as tf.Scalar };
      },
    }),
    adamProgram({
      ...common,
      name: "generator",
      weights: variablesOf([generator]),
      others: [...common.others, ...variablesOf([discriminator])],
      loss: ({ x }, { random }) => {
        const fake = apply(generator, random.normal([x!.shape[0]!, latent]), training);
        return { loss: mean(tf.softplus(tf.neg(apply(discriminator, fake, training)))) };
      },
    }),
  ];
}

/** A two-dimensional WGAN with gradient penalty: the critic's step, of which five make one of the generator's. */
export function wganGp(hidden: number): ReturnType<typeof adamProgram>[] {
  const mlp = (outputs: number): tf.LayersModel =>
    tf.sequential({ layers: [dense(hidden, 2, "relu"), dense(hidden, hidden, "relu"), dense(outputs, hidden)] });
  const [generator, critic] = [mlp(2), mlp(1)];
  const common = { learningRate: 1e-4, beta1: 0 };
  const training = { training: true };
  return [
    adamProgram({
      ...common,
      name: "critic",
      weights: variablesOf([critic]),
      others: variablesOf([generator]),
      loss: ({ x }, { random }) => {
        const count = x!.shape[0]!;
        const fake = apply(generator, random.normal([count, 2]), training);
        const share = random.uniform([count, 1]);
        const between = tf.add(tf.mul(share, x!), tf.mul(tf.sub(1, share), fake));
        const slope = tf.grad((at) => tf.sum(apply(critic, at, training)))(between);
        const excess = tf.sub(tf.sqrt(tf.add(tf.sum(tf.square(slope), 1), 1e-12)), 1);
        const penalty = tf.mul(10, tf.mean(tf.square(excess)));
        const gap = tf.sub(tf.mean(apply(critic, fake, training)), tf.mean(apply(critic, x!, training)));
        return { loss: tf.add(gap, penalty) as tf.Scalar, penalty: penalty as tf.Scalar };
      },
    }),
    adamProgram({
      ...common,
      name: "generator",
      weights: variablesOf([generator]),
      others: variablesOf([critic]),
      loss: ({ x }, { random }) => {
        const fake = apply(generator, random.normal([x!.shape[0]!, 2]), training);
        return { loss: tf.neg(tf.mean(apply(critic, fake, training))) as tf.Scalar };
      },
    }),
  ];
}
