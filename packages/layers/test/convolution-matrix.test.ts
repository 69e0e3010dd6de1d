import { ConfigError, random, ShapeError } from "@latentkit/core";
import { expectSameTensors } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { convolutionMatrix, transposedConvolutionMatrix } from "../src/authoring.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** Random settings, the same in every run. */
const settings = Array.from({ length: 24 }, (_, i) => {
  const source = random(i).stream("convolution");
  const pick = (from: number, to: number) => from + source.integer(to - from + 1);
  return {
    strides: pick(1, 3),
    kernel: [pick(1, 4), pick(1, 4)] as const,
    channels: [pick(1, 3), pick(1, 3)] as const,
    size: [pick(4, 7), pick(4, 7)] as const,
    padding: (["same", "valid"] as const)[pick(0, 1)]!,
  };
});

describe.each(settings)("strides $strides, kernel $kernel, channels $channels, size $size, $padding", (setting) => {
  const { strides, kernel: taps, channels, size, padding } = setting;
  const inputSize = [...size] as [number, number];

  it("convolution is C", async () => {
    const kernel = random(1).normal<tf.Rank.R4>([...taps, ...channels]);
    const x = random(2).normal<tf.Rank.R4>([1, ...size, channels[0]]);
    const matrix = await convolutionMatrix(kernel, { inputSize, strides, padding });
    const expected = tf.conv2d(x, kernel, strides, padding);
    const actual = tf.matMul(matrix, tf.reshape(x, [-1, 1]));
    await expectSameTensors(tf.reshape(actual, expected.shape), expected, 1e-5);
  });

  it("transposed convolution is the layer", async () => {
    const [inputs, outputs] = channels;
    const layer = tf.layers.conv2dTranspose({
      filters: outputs,
      kernelSize: [...taps],
      strides,
      padding,
      useBias: false,
    });
    const y = random(3).normal<tf.Rank.R4>([1, ...size, inputs]);
    layer.apply(y);
    const kernel = random(4).normal<tf.Rank.R4>([...taps, outputs, inputs]);
    layer.setWeights([kernel]);
    const expected = layer.apply(y) as tf.Tensor;
    const matrix = await transposedConvolutionMatrix(kernel, { inputSize, strides, padding });
    const actual = tf.matMul(matrix, tf.reshape(y, [-1, 1]));
    await expectSameTensors(tf.reshape(actual, expected.shape), expected, 1e-5);
  });
});

describe("a convolution's matrix", () => {
  it("refuses what has no matrix", async () => {
    await expect(convolutionMatrix(tf.ones([3, 3]), { inputSize: [4, 4] })).rejects.toThrow(ShapeError);
    await expect(convolutionMatrix(tf.ones([5, 5, 1, 1]), { inputSize: [4, 4] })).rejects.toThrow(ConfigError);
    await expect(transposedConvolutionMatrix(tf.ones([3, 3, 1, 1]), { inputSize: [4, 4], strides: 0 })).rejects.toThrow(
      ConfigError,
    );
  });
});
