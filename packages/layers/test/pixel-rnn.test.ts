import { ConfigError, ShapeError } from "@latentkit/core";
import { expectSameTensors } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { diagonalBiLstm, rowLstm } from "../src/index.js";
import fixture from "./fixtures/pixel_rnn.json" with { type: "json" };

tf.enableProdMode();
await tf.setBackend("cpu");

const set = (weight: tf.LayerVariable, values: unknown): void => {
  weight.write(tf.reshape(tf.tensor(values as number[]), weight.shape as number[]));
};

describe("recurrent layers over pictures", () => {
  it("rowLstm is a plain loop over places", async () => {
    const { x, units, row } = fixture;
    const layer = rowLstm({ units });
    layer.build([null, 4, 5, 2]);
    set(layer.taps[0]!.kernel, row.kernel);
    set(layer.bias!, row.bias);
    set(layer.state, row.state);
    await expectSameTensors(layer.apply(tf.tensor(x)) as tf.Tensor, tf.tensor(row.y), 1e-5);
  });

  it("diagonalBiLstm is two plain loops over places, the one from the right a row down", async () => {
    const { x, units, diagonal } = fixture;
    const layer = diagonalBiLstm({ units });
    layer.build([null, 4, 5, 2]);
    set(layer.taps[0]!.kernel, diagonal.kernel);
    set(layer.bias!, diagonal.bias);
    set(layer.states[0]!, diagonal.left);
    set(layer.states[1]!, diagonal.right);
    await expectSameTensors(layer.apply(tf.tensor(x)) as tf.Tensor, tf.tensor(diagonal.y), 1e-5);
  });

  it("refuse what they cannot mean", () => {
    expect(() => rowLstm({ units: 4, kernelSize: 2 })).toThrow(ConfigError);
    expect(() => rowLstm({ units: 4, colours: 3 }).apply(tf.ones([1, 2, 2, 3]))).toThrow(ShapeError);
    expect(() => diagonalBiLstm({ units: 0 })).toThrow(ConfigError);
    expect(() => diagonalBiLstm({ unit: 2 } as never)).toThrow("unknown option");
  });
});
