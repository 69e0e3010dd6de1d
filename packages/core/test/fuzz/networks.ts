import * as tf from "@tensorflow/tfjs";
import { seededInitializer } from "../../src/index.js";

/** Networks whose files are damaged: graphs with shared layers and networks inside, convolutions, recurrent layers, wrappers. */
export function networksToSave(): Record<string, Record<string, tf.LayersModel>> {
  const kernelInitializer = seededInitializer({ seed: 1, stream: "w" });
  const [x, y] = [tf.input({ shape: [3], name: "x" }), tf.input({ shape: [3], name: "y" })];
  const shared = tf.layers.dense({ units: 4, name: "shared", kernelInitializer });
  const joined = tf.layers.concatenate({ name: "joined" });
  const together = joined.apply([x, y].map((one) => shared.apply(one) as tf.SymbolicTensor)) as tf.SymbolicTensor;
  const inside = tf.sequential({
    name: "inside",
    layers: [
      tf.layers.dense({ units: 3, inputShape: [8], name: "hidden" }),
      tf.layers.batchNormalization({ name: "norm" }),
    ],
  });
  const code = inside.apply(together) as tf.SymbolicTensor;
  const residual = tf.layers.add({ name: "sum" }).apply([code, x]) as tf.SymbolicTensor;
  const graph = tf.model({ inputs: [x, y], outputs: [residual, code], name: "graph" });
  graph.trainable = false;
  const pictures = tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [5, 5, 1], activation: "relu", padding: "same" }),
      tf.layers.batchNormalization(),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 3, kernelRegularizer: "l1l2" }),
    ],
  });
  const cells = [tf.layers.gruCell({ units: 2 }), tf.layers.lstmCell({ units: 2 })];
  const series = tf.sequential({
    layers: [
      tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 2 }), inputShape: [4, 3] }),
      tf.layers.bidirectional({
        layer: tf.layers.gru({ units: 2, returnSequences: true }) as tf.RNN,
        mergeMode: "concat",
      }),
      tf.layers.rnn({ cell: cells } as Parameters<typeof tf.layers.rnn>[0]),
      tf.layers.repeatVector({ n: 2 }),
      tf.layers.reshape({ targetShape: [4] }),
    ],
  });
  const words = tf.sequential({
    layers: [tf.layers.embedding({ inputDim: 5, outputDim: 2, inputLength: 3 }), tf.layers.simpleRNN({ units: 2 })],
  });
  return { graph: { graph }, pair: { pictures, graph }, series: { series }, words: { words } };
}
