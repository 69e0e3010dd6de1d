import { type DataBatch, type Model, type ModelFactory, random, seededInitializer } from "@latentkit/core";
import { apply, defineModel } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Workload } from "./workload.js";

const kernel = (stream: string) => ({
  kernelSize: 4,
  strides: 2,
  padding: "same" as const,
  kernelInitializer: seededInitializer({ seed: 1, stream }),
});

const model: ModelFactory<object, Model<DataBatch>> = defineModel("convAutoencoderWorkload", {}, () => {
  const network = tf.sequential({
    name: "autoencoder",
    layers: [
      tf.layers.inputLayer({ inputShape: [28, 28, 1] }),
      tf.layers.conv2d({ filters: 64, ...kernel("conv1") }),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      tf.layers.conv2d({ filters: 128, ...kernel("conv2") }),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      tf.layers.conv2dTranspose({ filters: 64, ...kernel("up1"), activation: "relu" }),
      tf.layers.conv2dTranspose({ filters: 1, ...kernel("up2"), activation: "sigmoid" }),
    ],
  });
  return {
    networks: { network },
    fields: { x: { shape: [null, 28, 28, 1] } },
    objectives: [
      {
        name: "autoencoder",
        updates: [network],
        loss: ({ x }, step) => ({ total: tf.mean(tf.squaredDifference(apply(network, x, step), x)) as tf.Scalar }),
      },
    ],
  };
});

/** 28×28×1, convolutions 64 and 128 and back, kernel 4, stride 2, leaky ReLU 0.2, batch 64, squared error, Adam 1e-3. */
export const convAutoencoder: Workload = {
  name: "conv-ae-b64",
  batchSize: 64,
  model,
  batch: () => ({ x: random(1).stream("data").uniform([64, 28, 28, 1]) }),
  optimizers: { autoencoder: { learningRate: 1e-3 } },
};
