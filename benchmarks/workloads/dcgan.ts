import { type DataBatch, type Model, type ModelFactory, random, seededInitializer } from "@latentkit/core";
import { apply, defineModel } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Workload } from "./workload.js";

const LATENT = 64;
const start = (stream: string) => seededInitializer({ kind: "normal", seed: 1, stream });
const kernel = (stream: string) => ({
  kernelSize: 4,
  strides: 2,
  padding: "same" as const,
  kernelInitializer: start(stream),
});

function networks(): { generator: tf.LayersModel; discriminator: tf.LayersModel } {
  const generator = tf.sequential({
    name: "generator",
    layers: [
      tf.layers.inputLayer({ inputShape: [LATENT] }),
      tf.layers.dense({ units: 128 * 7 * 7, useBias: false, kernelInitializer: start("project") }),
      tf.layers.batchNormalization(),
      tf.layers.reLU(),
      tf.layers.reshape({ targetShape: [7, 7, 128] }),
      tf.layers.conv2dTranspose({ filters: 64, useBias: false, ...kernel("up1") }),
      tf.layers.batchNormalization(),
      tf.layers.reLU(),
      tf.layers.conv2dTranspose({ filters: 1, activation: "tanh", ...kernel("up2") }),
    ],
  });
  const discriminator = tf.sequential({
    name: "discriminator",
    layers: [
      tf.layers.inputLayer({ inputShape: [28, 28, 1] }),
      tf.layers.conv2d({ filters: 64, ...kernel("down1") }),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      tf.layers.conv2d({ filters: 128, useBias: false, ...kernel("down2") }),
      tf.layers.batchNormalization(),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 1, kernelInitializer: start("logit") }),
    ],
  });
  return { generator, discriminator };
}

const model: ModelFactory<object, Model<DataBatch>> = defineModel("dcganWorkload", {}, () => {
  const { generator, discriminator } = networks();
  return {
    networks: { generator, discriminator },
    fields: { x: { shape: [null, 28, 28, 1] } },
    objectives: [
      {
        name: "discriminator",
        updates: [discriminator],
        loss({ x }, step) {
          const fake = apply(generator, step.random.normal([x.shape[0]!, LATENT]), step);
          const real = tf.mean(tf.softplus(tf.neg(apply(discriminator, x, step))));
          return { total: tf.add(real, tf.mean(tf.softplus(apply(discriminator, fake, step)))) as tf.Scalar };
        },
      },
      {
        name: "generator",
        updates: [generator],
        loss({ x }, step) {
          const fake = apply(generator, step.random.normal([x.shape[0]!, LATENT]), step);
          return { total: tf.mean(tf.softplus(tf.neg(apply(discriminator, fake, step)))) as tf.Scalar };
        },
      },
    ],
  };
});

const adam = { learningRate: 2e-4, beta1: 0.5, beta2: 0.999 };

/** DCGAN for 28×28×1: one discriminator and one generator update, batch norm, batch 64, Adam 2e-4 with β₁ ½. */
export const dcgan: Workload = {
  name: "dcgan28-b64",
  batchSize: 64,
  model,
  batch: () => ({ x: random(1).stream("data").uniform([64, 28, 28, 1], -1, 1) }),
  optimizers: { discriminator: adam, generator: adam },
};
