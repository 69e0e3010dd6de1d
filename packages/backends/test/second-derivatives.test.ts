import { random, seededInitializer, UnsupportedError } from "@latentkit/core";
import { finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { installGradients, useBackend } from "../src/index.js";

const start = (stream: string, scale = 0.6) => seededInitializer({ kind: "normal", scale, seed: 5, stream });
const dense = (units: number, stream: string) =>
  tf.layers.dense({ units, kernelInitializer: start(stream), biasInitializer: start(`${stream}/bias`) });
const conv = (filters: number, stream: string) =>
  tf.layers.conv2d({ filters, kernelSize: 3, padding: "same", kernelInitializer: start(stream, 0.4) });

type Build = () => tf.LayersModel;

/** Dense critics around an activation. */
const flat =
  (middle: () => tf.layers.Layer): Build =>
  () =>
    tf.sequential({ layers: [tf.layers.inputLayer({ inputShape: [4] }), dense(6, "a"), middle(), dense(1, "b")] });

/** Convolutional critics around a spatial layer, with a curved activation so that second derivatives are not zero. */
const spatial =
  (middle: () => tf.layers.Layer): Build =>
  () =>
    tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: [6, 6, 2] }),
        conv(3, "a"),
        tf.layers.activation({ activation: "softplus" }),
        middle(),
        tf.layers.flatten(),
        dense(1, "b"),
      ],
    });

const activation = (name: string) => () => tf.layers.activation({ activation: name as "tanh" });

class Extremes extends tf.layers.Layer {
  static readonly className = "Extremes";
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    return tf.add(tf.square(tf.maximum(x, 0.3)), tf.tanh(tf.minimum(x, tf.scalar(-0.2))));
  }
}

const critics: Record<string, Build> = {
  tanh: flat(activation("tanh")),
  sigmoid: flat(activation("sigmoid")),
  swish: flat(activation("swish")),
  mish: flat(activation("mish")),
  gelu: flat(activation("gelu")),
  softmax: flat(() => tf.layers.softmax()),
  elu: flat(() => tf.layers.elu()),
  selu: flat(activation("selu")),
  softplus: flat(activation("softplus")),
  softsign: flat(activation("softsign")),
  hardSigmoid: flat(activation("hardSigmoid")),
  relu: flat(() => tf.layers.reLU()),
  relu6: flat(activation("relu6")),
  leakyReLU: flat(() => tf.layers.leakyReLU({ alpha: 0.2 })),
  prelu: flat(() => tf.layers.prelu({ alphaInitializer: start("alpha") })),
  "maximum, minimum": flat(() => new Extremes({})),
  avgPool: spatial(() => tf.layers.averagePooling2d({ poolSize: 2 })),
  "avgPool, same, stride 1": spatial(() => tf.layers.averagePooling2d({ poolSize: 3, strides: 1, padding: "same" })),
  maxPool: spatial(() => tf.layers.maxPooling2d({ poolSize: 2 })),
  "maxPool, same, overlapping": spatial(() => tf.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })),
  globalMaxPool: spatial(() =>
    tf.sequential({
      layers: [
        tf.layers.globalMaxPooling2d({ inputShape: [6, 6, 3], dataFormat: "channelsLast" }),
        tf.layers.reshape({ targetShape: [1, 3] }),
      ],
    }),
  ),
  upSampling: spatial(() => tf.layers.upSampling2d({ size: [2, 2] })),
  "upSampling, bilinear": spatial(() => tf.layers.upSampling2d({ size: [2, 2], interpolation: "bilinear" })),
  depthwiseConv: spatial(() => tf.layers.depthwiseConv2d({ kernelSize: 3, depthwiseInitializer: start("c") })),
  "depthwiseConv, stride 2, multiplier 2": spatial(() =>
    tf.layers.depthwiseConv2d({
      ...{ kernelSize: 3, strides: 2, depthMultiplier: 2, padding: "same" },
      depthwiseInitializer: start("c"),
    }),
  ),
  separableConv: spatial(() =>
    tf.layers.separableConv2d({
      ...{ filters: 2, kernelSize: 3 },
      ...{ depthwiseInitializer: start("c"), pointwiseInitializer: start("d") },
    }),
  ),
  conv2dTranspose: spatial(() =>
    tf.layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, kernelInitializer: start("c") }),
  ),
};

/** The penalty E[(‖∂critic/∂x‖ − 1)²] of WGAN-GP. */
function penalty(critic: tf.LayersModel, x: tf.Tensor): tf.Scalar {
  const slope = tf.grad((at: tf.Tensor) => tf.sum(critic.apply(at, { training: true }) as tf.Tensor))(x);
  const norm = tf.sqrt(tf.sum(tf.square(slope), [...slope.shape.keys()].slice(1)));
  return tf.mean(tf.square(tf.sub(norm, 1))) as tf.Scalar;
}

describe.each(["cpu", "wasm"] as const)("second derivatives on %s", (backend) => {
  it.each(Object.entries(critics))("%s: a gradient penalty agrees with finite differences", async (_, build) => {
    await useBackend(backend);
    const critic = build();
    const x = random(3).normal([2, ...(critic.inputs[0]!.shape.slice(1) as number[])]);
    const variables = critic.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const { value, grads } = tf.variableGrads(() => penalty(critic, x), variables);
    let [error, size] = [0, 0];
    for (const variable of variables) {
      const original = variable.clone();
      const expected = await finiteDifferences((w) => {
        variable.assign(w.clone());
        return penalty(critic, x);
      }, original);
      variable.assign(original);
      // A weight that the penalty does not depend on, such as the last bias, has no gradient.
      const actual = grads[variable.name] ? await grads[variable.name]!.data() : new Float32Array(expected.length);
      for (const [i, e] of expected.entries()) {
        error += (actual[i]! - e) ** 2;
        size += e ** 2;
      }
      original.dispose();
    }
    expect(size).toBeGreaterThan(1e-6);
    // Float32 rounding of the penalty over 2h is about 1e-4 of its value; wrong rules are off by 4 % or more.
    expect(Math.sqrt(error / size)).toBeLessThan(1e-2);
    tf.dispose([x, value, grads]);
    critic.dispose();
  });
});

describe("installGradients", () => {
  it("names the layer whose second derivative does not exist", async () => {
    await useBackend("cpu");
    const slope = (x: tf.Tensor) =>
      tf.sum(
        tf.square(tf.grad((at: tf.Tensor) => tf.sum(tf.square(tf.localResponseNormalization(at as tf.Tensor4D))))(x)),
      );
    expect(() => tf.grad(slope)(tf.ones([1, 2, 2, 3]))).toThrow(UnsupportedError);
    expect(() => tf.grad(slope)(tf.ones([1, 2, 2, 3]))).toThrow(/localResponseNormalization/);
  });

  it("may be called again", () => {
    expect(() => installGradients()).not.toThrow();
  });
});
