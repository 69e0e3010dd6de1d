import { ConfigError, random } from "@latentkit/core";
import { expectSameTensors } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nearestUpsampling, upsamplingConv2d } from "../src/index.js";
import { reloaded } from "./reloaded.js";

tf.enableProdMode();

const sizes = [
  { kernelSize: 4, factor: 2 },
  { kernelSize: 3, factor: 2 },
  { kernelSize: 1, factor: 2 },
  { kernelSize: 5, factor: 3 },
  { kernelSize: 2, factor: 3 },
  { kernelSize: 3, factor: 1 },
];

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("upsamplingConv2d", () => {
  it.each(sizes)("is repetition and convolution, gradients too: %j", async ({ kernelSize, factor }) => {
    const x = random(1).normal<tf.Rank.R4>([2, 3, 4, 2]);
    const layer = upsamplingConv2d({ filters: 3, kernelSize, factor });
    const repeated = nearestUpsampling({ factor });
    const made = layer.apply(x) as tf.Tensor;
    const [kernel, bias] = layer.weights.map((weight) => weight.read()) as [tf.Tensor4D, tf.Tensor1D];
    (bias as unknown as tf.Variable<tf.Rank.R1>).assign(random(3).normal([3]));
    const direct = (v: tf.Tensor, k: tf.Tensor): tf.Tensor =>
      tf.add(tf.conv2d(repeated.apply(v) as tf.Tensor4D, k as tf.Tensor4D, 1, "same"), bias);
    const fused = (v: tf.Tensor): tf.Tensor => layer.apply(v) as tf.Tensor;
    expect(made.shape).toEqual([2, 3 * factor, 4 * factor, 3]);
    await expectSameTensors(fused(x), direct(x, kernel), 1e-5);
    const weights = random(2).normal(made.shape);
    const [a, b] = [tf.grad((v) => tf.sum(tf.mul(fused(v), weights)))(x), tf.grads(direct)([x, kernel], weights)];
    await expectSameTensors(a, b[0]!, 1e-5);
    const { grads } = tf.variableGrads(() => tf.sum(tf.mul(fused(x), weights)), [kernel as unknown as tf.Variable]);
    await expectSameTensors(Object.values(grads)[0]!, b[1]!, 1e-4);
  });

  it("survives saving, without bias too", async () => {
    const layer = upsamplingConv2d({ filters: 3, kernelSize: 4, useBias: false, inputShape: [2, 5, 1] });
    const network = tf.sequential({ layers: [layer] });
    expect(network.countParams()).toBe(48);
    const { network: again } = await reloaded({ network });
    const x = random(1).normal([1, 2, 5, 1]);
    await expectSameTensors(again!.apply(x) as tf.Tensor, network.apply(x) as tf.Tensor);
  });

  it("refuses sizes that are no integers, and misspelt options", () => {
    for (const options of [{ filters: 0 }, { kernelSize: 1.5 }, { factor: 0 }, { strides: 2 }])
      expect(() => upsamplingConv2d({ filters: 1, kernelSize: 3, ...options } as never)).toThrow(ConfigError);
  });
});
