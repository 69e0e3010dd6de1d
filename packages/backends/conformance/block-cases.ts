import { seededInitializer } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";

/** A building block: layers of which one training step is taken. */
export interface BlockCase {
  readonly name: string;
  readonly inputShape: readonly number[];
  /** Small whole numbers instead of normal values, for embeddings. */
  readonly integers?: boolean;
  readonly layers: () => tf.layers.Layer[];
}

const start = (stream: string) => seededInitializer({ kind: "normal", scale: 0.4, seed: 9, stream });
const kernel = (stream: string) => ({ kernelSize: 3, padding: "same" as const, kernelInitializer: start(stream) });
const recurrent = { units: 3, kernelInitializer: start("k"), recurrentInitializer: start("r") };
const image = [6, 6, 2];

const activations = [
  "tanh",
  "sigmoid",
  "swish",
  "elu",
  "selu",
  "softplus",
  "softsign",
  "relu6",
  "gelu",
  "mish",
] as const;

/** The layers that the library's networks are made of. */
export const blockCases: readonly BlockCase[] = [
  { name: "dense", inputShape: [5], layers: () => [tf.layers.dense({ units: 4, kernelInitializer: start("k") })] },
  ...activations.map(
    (activation): BlockCase => ({
      name: `dense, ${activation}`,
      inputShape: [5],
      layers: () => [
        tf.layers.dense({ units: 4, kernelInitializer: start("k") }),
        tf.layers.activation({ activation: activation as "tanh" }),
      ],
    }),
  ),
  {
    name: "leakyReLU, prelu",
    inputShape: [5],
    layers: () => [
      tf.layers.dense({ units: 4, kernelInitializer: start("k") }),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      tf.layers.prelu({ alphaInitializer: start("alpha") }),
    ],
  },
  { name: "conv2d", inputShape: image, layers: () => [tf.layers.conv2d({ filters: 3, ...kernel("k") })] },
  {
    name: "conv2d, stride 2",
    inputShape: image,
    layers: () => [tf.layers.conv2d({ filters: 3, ...kernel("k"), kernelSize: 4, strides: 2 })],
  },
  {
    name: "conv2dTranspose",
    inputShape: image,
    layers: () => [tf.layers.conv2dTranspose({ filters: 3, ...kernel("k"), kernelSize: 4, strides: 2 })],
  },
  {
    name: "depthwiseConv2d",
    inputShape: image,
    layers: () => [tf.layers.depthwiseConv2d({ kernelSize: 3, depthwiseInitializer: start("k") })],
  },
  {
    name: "separableConv2d",
    inputShape: image,
    layers: () => [
      tf.layers.separableConv2d({
        ...{ filters: 3, kernelSize: 3, depthwiseInitializer: start("d"), pointwiseInitializer: start("p") },
      }),
    ],
  },
  {
    name: "batchNormalization, images",
    inputShape: image,
    layers: () => [tf.layers.conv2d({ filters: 3, ...kernel("k") }), tf.layers.batchNormalization()],
  },
  {
    name: "batchNormalization, vectors",
    inputShape: [5],
    layers: () => [tf.layers.dense({ units: 4, kernelInitializer: start("k") }), tf.layers.batchNormalization()],
  },
  {
    name: "layerNormalization",
    inputShape: [5],
    layers: () => [tf.layers.dense({ units: 4, kernelInitializer: start("k") }), tf.layers.layerNormalization()],
  },
  ...(["maxPooling2d", "averagePooling2d"] as const).map(
    (name): BlockCase => ({
      name,
      inputShape: image,
      layers: () => [
        tf.layers.conv2d({ filters: 3, ...kernel("k") }),
        tf.layers[name]({ poolSize: 3, strides: 2, padding: "same" }),
      ],
    }),
  ),
  {
    name: "upSampling2d",
    inputShape: image,
    layers: () => [tf.layers.conv2d({ filters: 3, ...kernel("k") }), tf.layers.upSampling2d({ size: [2, 2] })],
  },
  {
    name: "globalAveragePooling2d",
    inputShape: image,
    layers: () => [
      tf.layers.conv2d({ filters: 3, ...kernel("k") }),
      tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
    ],
  },
  { name: "lstm", inputShape: [4, 2], layers: () => [tf.layers.lstm({ ...recurrent, returnSequences: true })] },
  { name: "gru", inputShape: [4, 2], layers: () => [tf.layers.gru({ ...recurrent, returnSequences: true })] },
  {
    name: "embedding",
    inputShape: [4],
    integers: true,
    layers: () => [tf.layers.embedding({ inputDim: 5, outputDim: 3, embeddingsInitializer: start("k") })],
  },
];
