import { type DataBatch, type Model, type ModelFactory, random, seededInitializer } from "@latentkit/core";
import { apply, defineModel } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Workload } from "./workload.js";

function network(name: string, outputs: number): tf.LayersModel {
  const dense = (units: number, at: number, activation?: "relu") =>
    tf.layers.dense({ units, activation, kernelInitializer: seededInitializer({ seed: 1, stream: `${name}/${at}` }) });
  const layers = [dense(128, 1, "relu"), dense(128, 2, "relu"), dense(outputs, 3)];
  return tf.sequential({ name, layers: [tf.layers.inputLayer({ inputShape: [2] }), ...layers] });
}

const model: ModelFactory<object, Model<DataBatch>> = defineModel("wganGpWorkload", {}, () => {
  const [generator, critic] = [network("generator", 2), network("critic", 1)];
  return {
    networks: { generator, critic },
    fields: { x: { shape: [null, 2] } },
    objectives: [
      {
        name: "critic",
        updates: [critic],
        repeats: 5,
        loss({ x }, step) {
          const count = x.shape[0]!;
          const fake = apply(generator, step.random.normal([count, 2]), step);
          const mix = step.random.uniform([count, 1]);
          const between = tf.add(tf.mul(mix, x), tf.mul(tf.sub(1, mix), fake));
          const slope = tf.grad((at: tf.Tensor) => tf.sum(apply(critic, at, step)))(between);
          const penalty = tf.mean(tf.square(tf.sub(tf.sqrt(tf.sum(tf.square(slope), 1)), 1)));
          const distance = tf.sub(tf.mean(apply(critic, fake, step)), tf.mean(apply(critic, x, step)));
          return { total: tf.add(distance, tf.mul(10, penalty)) as tf.Scalar };
        },
      },
      {
        name: "generator",
        updates: [generator],
        loss({ x }, step) {
          const fake = apply(generator, step.random.normal([x.shape[0]!, 2]), step);
          return { total: tf.neg(tf.mean(apply(critic, fake, step))) as tf.Scalar };
        },
      },
    ],
  };
});

const adam = { learningRate: 1e-4, beta1: 0, beta2: 0.9 };

/** 2-D WGAN-GP: generator 2-128-128-2, critic 2-128-128-1, ReLU, batch 256, five critic updates and one of the generator. */
export const wganGp: Workload = {
  name: "wgan-gp-2d-b256",
  batchSize: 256,
  model,
  batch: () => ({ x: random(1).stream("data").normal([256, 2]) }),
  optimizers: { critic: adam, generator: adam },
};
