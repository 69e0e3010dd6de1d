import { type DataBatch, type Model, type ModelFactory, random, seededInitializer } from "@latentkit/core";
import { applyAll, defineModel } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Workload } from "./workload.js";

const dense = (name: string, units: number, activation?: "relu") =>
  tf.layers.dense({ name, units, activation, kernelInitializer: seededInitializer({ seed: 1, stream: name }) });

const model: ModelFactory<object, Model<DataBatch>> = defineModel("mlpVaeWorkload", {}, () => {
  const x = tf.input({ shape: [784] });
  const hidden = dense("vae_hidden", 400, "relu").apply(x) as tf.SymbolicTensor;
  const moments = ["vae_mean", "vae_log_variance"].map((name) => dense(name, 20).apply(hidden) as tf.SymbolicTensor);
  const encoder = tf.model({ inputs: x, outputs: moments, name: "encoder" });
  const decoder = tf.sequential({
    name: "decoder",
    layers: [
      tf.layers.inputLayer({ inputShape: [20] }),
      dense("vae_decoder_hidden", 400, "relu"),
      dense("vae_logits", 784),
    ],
  });
  return {
    networks: { encoder, decoder },
    fields: { x: { shape: [null, 784] } },
    objectives: [
      {
        name: "vae",
        updates: [encoder, decoder],
        loss({ x }, step) {
          const [mean, logVariance] = applyAll(encoder, x, step) as [tf.Tensor2D, tf.Tensor2D];
          const noise = step.random.normal([x.shape[0]!, 20]);
          const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), noise));
          const logits = applyAll(decoder, z, step)[0]!;
          const reconstruction = tf.mean(tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)), 1));
          const terms = tf.sub(tf.add(1, logVariance), tf.add(tf.square(mean), tf.exp(logVariance)));
          const kl = tf.mul(tf.mean(tf.sum(terms, 1)), -0.5);
          return { total: tf.add(reconstruction, kl) as tf.Scalar };
        },
      },
    ],
  };
});

/** 784-400-(20,20)-400-784, batch 128, Bernoulli likelihood on logits, Adam 1e-3. */
export const mlpVae: Workload = {
  name: "mlp-vae-b128",
  batchSize: 128,
  model,
  batch: () => ({ x: random(1).stream("data").uniform([128, 784]) }),
  optimizers: { vae: { learningRate: 1e-3 } },
};
