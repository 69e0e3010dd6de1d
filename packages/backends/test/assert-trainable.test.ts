import { UnsupportedError } from "@latentkit/core";
import { defineModel } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { assertTrainable, memory, useBackend } from "../src/index.js";

class Normalised extends tf.layers.Layer {
  static readonly className = "Normalised";
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.localResponseNormalization([inputs].flat()[0] as tf.Tensor4D);
  }
}

describe("assertTrainable", () => {
  beforeAll(() => useBackend("wasm"));

  const network = () =>
    tf.sequential({
      layers: [
        tf.layers.inputLayer({ inputShape: [8, 8, 2] }),
        tf.layers.conv2d({ filters: 2, kernelSize: 3, padding: "same", activation: "tanh" }),
        tf.layers.maxPooling2d({ poolSize: 2 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 1 }),
      ],
    });

  it("accepts what trains, and leaves no tensors", () => {
    const model = network();
    const before = memory().tensors;
    assertTrainable(model, { secondDerivatives: true });
    assertTrainable(defineModel("one", {}, () => ({ networks: { model }, fields: {}, objectives: [] }))({}));
    expect(memory().tensors).toBe(before);
    model.dispose();
  });

  it("names the layer that has no gradient, its class and the kernel", () => {
    const model = tf.sequential({ layers: [new Normalised({ inputShape: [4, 4, 3], name: "contrast" })] });
    assertTrainable(model);
    const call = () => assertTrainable(model, { secondDerivatives: true });
    expect(call).toThrow(UnsupportedError);
    expect(call).toThrow(/'contrast' \(Normalised\).*wasm.*localResponseNormalization/);
    model.dispose();
  });

  it("accepts layers whose derivatives TensorFlow.js lacks or gets wrong", () => {
    const volume = [
      tf.layers.conv3d({ inputShape: [4, 4, 4, 1], filters: 2, kernelSize: 2, padding: "same" }),
      tf.layers.maxPooling3d({ poolSize: [2, 2, 1], strides: [2, 2, 1] }),
      tf.layers.conv3dTranspose({ filters: 1, kernelSize: 2, strides: 2 }),
    ];
    const plane = [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3, dilationRate: 2 }),
      tf.layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" }),
    ];
    for (const layers of [volume, plane]) {
      const model = tf.sequential({ layers });
      expect(() => assertTrainable(model, { secondDerivatives: true })).not.toThrow();
      model.dispose();
    }
  });

  it("names a kernel that a backend lacks", () => {
    const kernel = tf.getKernel("MaxPoolGrad", "wasm")!;
    tf.unregisterKernel("MaxPoolGrad", "wasm");
    const model = network();
    expect(() => assertTrainable(model)).toThrow(/MaxPooling2D.*MaxPoolGrad/);
    tf.registerKernel(kernel);
    model.dispose();
  });
});

describe("memory", () => {
  it("counts tensors, their bytes and the heap", async () => {
    await useBackend("wasm");
    const before = memory();
    const x = tf.zeros([1000]);
    const after = memory();
    expect(after.backend).toBe("wasm");
    expect(after.tensors - before.tensors).toBe(1);
    expect(after.bytes - before.bytes).toBe(4000);
    expect(after.allocatedBytes).toBeGreaterThanOrEqual(16 * 2 ** 20);
    x.dispose();
  });
});
