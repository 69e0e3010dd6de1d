import "@tensorflow/tfjs-backend-wasm";
import { ConfigError, random } from "@latentkit/core";
import { expectSameTensors } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nearestUpsampling } from "../src/index.js";
import { reloaded } from "./reloaded.js";

tf.enableProdMode();

describe.each(["cpu", "wasm"])("nearestUpsampling on %s", (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  it.each([1, 2, 3])("repeats pixels %i times, as a nearest-neighbour resize does", async (factor) => {
    const x = random(1).normal<tf.Rank.R4>([2, 3, 5, 4]);
    const y = nearestUpsampling({ factor }).apply(x) as tf.Tensor;
    await expectSameTensors(y, tf.image.resizeNearestNeighbor(x, [3 * factor, 5 * factor]));
  });

  it("sums gradients over the copies, and can be differentiated twice", async () => {
    const layer = nearestUpsampling();
    const x = random(1).normal([1, 2, 2, 1]);
    const cubes = (v: tf.Tensor): tf.Tensor =>
      tf.sum(tf.mul(tf.square(layer.apply(v) as tf.Tensor), layer.apply(v) as tf.Tensor));
    const first = tf.grad(cubes);
    await expectSameTensors(first(x), tf.mul(tf.square(x), 12), 1e-5);
    await expectSameTensors(tf.grad((v) => tf.sum(first(v)))(x), tf.mul(x, 24), 1e-5);
  });
});

describe("nearestUpsampling", () => {
  it("survives saving and knows its shape", async () => {
    await tf.setBackend("cpu");
    const network = tf.sequential({ layers: [nearestUpsampling({ factor: 3, inputShape: [null as never, 2, 1] })] });
    expect(network.outputs[0]!.shape).toEqual([null, null, 6, 1]);
    const { network: again } = await reloaded({ network });
    expect(again!.outputs[0]!.shape).toEqual([null, null, 6, 1]);
  });

  it("refuses a factor that is no integer", () => {
    expect(() => nearestUpsampling({ factor: 1.5 })).toThrow(ConfigError);
  });
});
