import { grad, nn, numpy as np, random } from "@jax-js/jax";
import { batchNormalization, convolution, dense, transposedConvolution } from "./layers.js";
import type { JaxObjective } from "./program.js";

type Weights = readonly np.Array[];
const LATENT = 64;

const vae: JaxObjective = {
  name: "vae",
  updates: ["encoder", "decoder"],
  loss({ encoder, decoder }, x, key) {
    const hidden = nn.relu(dense(x.ref, encoder![0]!, encoder![1]));
    const mean = dense(hidden.ref, encoder![2]!, encoder![3]);
    const logVariance = dense(hidden, encoder![4]!, encoder![5]);
    const noise = random.normal(key.ref, mean.shape);
    const z = mean.ref.add(np.exp(logVariance.ref.mul(0.5)).mul(noise));
    const logits = dense(nn.relu(dense(z, decoder![0]!, decoder![1])), decoder![2]!, decoder![3]);
    const reconstruction = np.mean(np.sum(nn.softplus(logits.ref).sub(x.ref.mul(logits)), 1));
    const terms = logVariance.ref.add(1).sub(np.square(mean)).sub(np.exp(logVariance));
    return reconstruction.sub(np.mean(np.sum(terms, 1)).mul(0.5));
  },
};

const autoencoder: JaxObjective = {
  name: "autoencoder",
  updates: ["network"],
  loss({ network }, x) {
    const [w1, b1, w2, b2, w3, b3, w4, b4] = network as np.Array[];
    const narrow = nn.leakyRelu(convolution(x.ref, w1!, b1), 0.2);
    const wide = nn.leakyRelu(convolution(narrow, w2!, b2), 0.2);
    const up = nn.relu(transposedConvolution(wide, w3!, b3));
    return np.mean(np.square(nn.sigmoid(transposedConvolution(up, w4!, b4)).sub(x.ref)));
  },
};

function generate([project, gamma1, beta1, up1, gamma2, beta2, up2, bias]: Weights, count: number, key: np.Array) {
  const noise = random.normal(key.ref, [count, LATENT]);
  const start = nn.relu(batchNormalization(dense(noise, project!), gamma1!, beta1!)).reshape([count, 128, 7, 7]);
  const middle = nn.relu(batchNormalization(transposedConvolution(start, up1!), gamma2!, beta2!));
  return np.tanh(transposedConvolution(middle, up2!, bias));
}

/** Takes over the images. */
function discriminate([down1, bias1, down2, gamma, beta, logit, bias]: Weights, x: np.Array): np.Array {
  const narrow = nn.leakyRelu(convolution(x, down1!, bias1), 0.2);
  const wide = nn.leakyRelu(batchNormalization(convolution(narrow, down2!), gamma!, beta!), 0.2);
  return dense(wide.reshape([wide.shape[0]!, 128 * 7 * 7]), logit!, bias);
}

const dcgan: readonly JaxObjective[] = [
  {
    name: "discriminator",
    updates: ["discriminator"],
    loss({ generator, discriminator }, x, key) {
      const fake = generate(generator!, x.shape[0]!, key);
      const real = np.mean(nn.softplus(np.negative(discriminate(discriminator!, x.ref))));
      return real.add(np.mean(nn.softplus(discriminate(discriminator!, fake))));
    },
  },
  {
    name: "generator",
    updates: ["generator"],
    loss({ generator, discriminator }, x, key) {
      const fake = generate(generator!, x.shape[0]!, key);
      return np.mean(nn.softplus(np.negative(discriminate(discriminator!, fake))));
    },
  },
];

/** Takes over its input. */
function perceptron([w1, b1, w2, b2, w3, b3]: Weights, x: np.Array): np.Array {
  return dense(nn.relu(dense(nn.relu(dense(x, w1!, b1)), w2!, b2)), w3!, b3);
}

const wgan: readonly JaxObjective[] = [
  {
    name: "critic",
    updates: ["critic"],
    repeats: 5,
    loss({ generator, critic }, x, key) {
      const count = x.shape[0]!;
      const [first, second] = np.unstack(random.split(key.ref, 2));
      const fake = perceptron(generator!, random.normal(first!, [count, 2]));
      const mix = random.uniform(second!, [count, 1]);
      const between = x.ref.sub(fake.ref).mul(mix).add(fake.ref);
      const slope = grad((at: np.Array) => np.sum(perceptron(critic!, at)))(between) as np.Array;
      const excess = np.sqrt(np.sum(np.square(slope), 1)).sub(1);
      const distance = np.mean(perceptron(critic!, fake)).sub(np.mean(perceptron(critic!, x.ref)));
      return distance.add(np.mean(np.square(excess)).mul(10));
    },
  },
  {
    name: "generator",
    updates: ["generator"],
    loss({ generator, critic }, x, key) {
      const fake = perceptron(generator!, random.normal(key.ref, [x.shape[0]!, 2]));
      return np.negative(np.mean(perceptron(critic!, fake)));
    },
  },
];

/** The workloads' objectives for jax-js, by the workload's name. */
export const jaxObjectives: Readonly<Record<string, readonly JaxObjective[]>> = {
  "mlp-vae-b128": [vae],
  "conv-ae-b64": [autoencoder],
  "dcgan28-b64": dcgan,
  "wgan-gp-2d-b256": wgan,
};
