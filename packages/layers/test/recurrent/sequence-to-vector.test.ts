import { ConfigError, random } from "@latentkit/core";
import { expectSameTensors, finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type RecurrentCell, sequenceToVector } from "../../src/index.js";
import fixture from "./fixtures/cells.json" with { type: "json" };

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const { steps, features, units } = fixture;
const x = () => tf.tensor3d(fixture.x, [2, steps, features]);

/** A layer with PyTorch's weights. */
function layerOf(cell: RecurrentCell) {
  const layer = sequenceToVector({ units, cell });
  layer.build([null, steps, features]);
  const { kernel, recurrent, bias } = fixture[cell];
  layer.setWeights([
    tf.tensor2d(kernel, [features, bias.length]),
    tf.tensor2d(recurrent, [units, bias.length]),
    tf.tensor1d(bias),
  ]);
  return layer;
}

describe.each(["lstm", "gru"] as const)("sequenceToVector, %s", (cell) => {
  it("has PyTorch's hidden state after each step", async () => {
    const layer = layerOf(cell);
    const hidden = tf.tensor3d(fixture[cell].hidden, [2, steps, units]);
    for (const length of [1, 2, steps]) {
      const state = layer.apply(x().slice([0, 0, 0], [2, length, features])) as tf.Tensor;
      await expectSameTensors(state, hidden.slice([0, length - 1, 0], [2, 1, units]).reshape([2, units]), 1e-6);
    }
  });

  it("has PyTorch's gradient", async () => {
    const layer = layerOf(cell);
    const recurrent = layer.trainableWeights[1]!.read() as tf.Variable;
    const data = x();
    const { grads } = tf.variableGrads(() => tf.sum(tf.square(layer.apply(data) as tf.Tensor)), [recurrent]);
    const expected = tf.tensor2d(fixture[cell].recurrentGradient, recurrent.shape as [number, number]);
    await expectSameTensors(grads[recurrent.name]!, expected, 1e-5);
  });

  it("takes no notice of masked steps, whatever stands in them", async () => {
    const layer = layerOf(cell);
    const lengths = [2, 4];
    const mask = tf.tensor2d(lengths.map((length) => Array.from({ length: steps }, (_, t) => Number(t < length))));
    const hidden = tf.tensor3d(fixture[cell].hidden, [2, steps, units]);
    const expected = tf.stack(
      lengths.map((length, i) => hidden.slice([i, length - 1, 0], [1, 1, units]).reshape([units])),
    );
    const garbage = tf.where(
      tf.cast(mask, "bool").expandDims(2).tile([1, 1, features]),
      x(),
      tf.fill([2, steps, features], 1e3),
    );
    const clean = layer.apply([x(), mask]) as tf.Tensor;
    await expectSameTensors(clean, expected, 1e-6);
    await expectSameTensors(layer.apply([garbage, mask]) as tf.Tensor, clean);
  });

  it("has orthonormal rows in its recurrent kernel and weights of its seed", async () => {
    const build = (seed: number) => {
      const layer = sequenceToVector({ units, cell, seed, name: "encoder/recurrent" });
      layer.build([null, steps, features]);
      return layer.getWeights();
    };
    const [first, again, other] = [build(1), build(1), build(2)];
    await expectSameTensors(tf.matMul(first[1]!, first[1]!, false, true), tf.eye(units), 1e-6);
    await expectSameTensors(first[1]!, again[1]!);
    expect(await first[1]!.data()).not.toEqual(await other[1]!.data());
    const bias = [...(await first[2]!.data())];
    expect(bias).toEqual(bias.map((_, i) => (cell === "lstm" && i >= units && i < 2 * units ? 1 : 0)));
  });

  it("leaks no tensor", () => {
    const layer = layerOf(cell);
    const data = random(1).normal([2, steps, features]);
    const before = tf.memory().numTensors;
    (layer.apply(data) as tf.Tensor).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("sequenceToVector", () => {
  it.each([{ units: 0 }, { units: 2, cell: "rnn" as never }, { units: 2, seed: -1 }, { units: 2, size: 1 } as never])(
    "refuses %j",
    (options) => expect(() => sequenceToVector(options)).toThrow(ConfigError),
  );
});

describe("sequences of one step, and masks of zeros", () => {
  it.each(["lstm", "gru"] as const)("%s: one step has the gradient of finite differences", async (cell) => {
    const layer = sequenceToVector({ units: 2, cell, name: "single" });
    const x = random(1).normal([2, 1, 3]);
    for (const mask of [undefined, tf.ones([2, 1])]) {
      const f = (at: tf.Tensor): tf.Scalar =>
        tf.sum(tf.square(layer.apply(mask === undefined ? at : [at, mask]) as tf.Tensor)) as tf.Scalar;
      f(x);
      const expected = await finiteDifferences(f, x);
      const found = await tf.grad(f)(x).data();
      for (const [i, value] of expected.entries()) expect(Math.abs(found[i]! - value)).toBeLessThan(1e-3);
      expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1e-2);
    }
  });

  it.each(["lstm", "gru"] as const)("%s: no real step leaves the state at zero", async (cell) => {
    const layer = sequenceToVector({ units: 3, cell, name: "idle" });
    const x = random(1).normal([2, 4, 3]);
    const masks = tf.tensor2d([
      [0, 0, 0, 0],
      [1, 1, 0, 0],
    ]);
    const states = (await (layer.apply([x, masks]) as tf.Tensor2D).array()) as number[][];
    const short = (await (layer.apply(tf.slice(x, [1, 0, 0], [1, 2, 3])) as tf.Tensor2D).array()) as number[][];
    expect(states[0]).toEqual([0, 0, 0]);
    for (const [i, value] of short[0]!.entries()) expect(states[1]![i]).toBeCloseTo(value, 6);
  });
});
