import { ConfigError, random } from "@latentkit/core";
import { expectSameTensors, finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type RecurrentCell, vectorToSequence } from "../../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const [batch, steps, features, units] = [2, 4, 3, 5];
const size = { lstm: 2 * units, gru: units };
const layerOf = (cell: RecurrentCell, length = steps) =>
  vectorToSequence({ units, cell, steps: length, features, seed: 3, name: "recurrent" });
const start = (cell: RecurrentCell) => random(1).uniform([batch, size[cell]], -1, 1);
const truth = () => random(2).normal([batch, steps, features]);

describe.each(["lstm", "gru"] as const)("vectorToSequence, %s", (cell) => {
  /** The first step that the layer writes after it has been given `seen` as its previous values, step by step. */
  const lastOf = async (seen: tf.Tensor[], first: tf.Tensor): Promise<tf.Tensor> => {
    const layer = layerOf(cell, seen.length + 1);
    const teacher = tf.stack([...seen, tf.zeros([batch, features])], 1);
    const written = layer.apply([first, teacher, tf.ones([batch, seen.length + 1])]) as tf.Tensor3D;
    return written.slice([0, seen.length, 0], [batch, 1, features]).reshape([batch, features]);
  };

  it("writes freely what it writes when its own output is its teacher", async () => {
    const first = start(cell);
    const free = layerOf(cell).apply(first) as tf.Tensor3D;
    const written: tf.Tensor[] = [];
    for (let t = 0; t < steps; t++) written.push(await lastOf(written, first));
    await expectSameTensors(tf.stack(written, 1), free, 1e-6);
  });

  it("is forced by its teacher as in a loop that is given the true step before", async () => {
    const [first, x] = [start(cell), truth()];
    const forced = layerOf(cell).apply([first, x, tf.ones([batch, steps])]) as tf.Tensor3D;
    const rows = tf.unstack(x, 1);
    for (let t = 0; t < steps; t++) {
      const row = forced.slice([0, t, 0], [batch, 1, features]).reshape([batch, features]);
      await expectSameTensors(row, await lastOf(rows.slice(0, t), first), 1e-6);
    }
  });

  it("runs freely where forcing is 0, whatever the teacher says", async () => {
    const first = start(cell);
    const layer = layerOf(cell);
    const unforced = layer.apply([first, truth(), tf.zeros([batch, steps])]) as tf.Tensor;
    await expectSameTensors(unforced, layer.apply(first) as tf.Tensor);
  });

  it("has its gradient right through its own outputs, by finite differences", async () => {
    const layer = layerOf(cell);
    const target = truth();
    const loss = (state: tf.Tensor): tf.Scalar =>
      tf.mean(tf.squaredDifference(layer.apply(state) as tf.Tensor, target));
    const first = start(cell);
    const analytical = await tf.grad(loss)(first).data();
    // Central differences of float32 losses near 1 at h = 1e-2 are good to about 1e-5.
    const numerical = await finiteDifferences(loss, first, 1e-2);
    for (const [i, slope] of numerical.entries()) expect(Math.abs(analytical[i]! - slope)).toBeLessThan(2e-4);
  });
});

describe("vectorToSequence", () => {
  it.each([{ steps: 0 }, { features: 0 }, { cell: "rnn" as never }, { length: 3 } as never])("refuses %j", (wrong) =>
    expect(() => vectorToSequence({ units, steps, features, ...wrong })).toThrow(ConfigError),
  );
});
