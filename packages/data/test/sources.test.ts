import { ConfigError, DataError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fromArrays, fromTensors } from "../src/index.js";
import { thrown } from "./support.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe("fromArrays", () => {
  it("accepts nested, typed and flat fields", async () => {
    const data = fromArrays({
      x: { values: new Float64Array([1, 2, 3, 4]), shape: [2] },
      label: new Uint8Array([3, 4]),
      factor: new Int32Array([-1, 70_000]),
      weight: new Float32Array([0.5, 0.25]),
      flag: [true, false],
    });
    const { x, label, factor, weight, flag } = data.gather();
    expect([x, label, factor, weight, flag].map(({ dtype }) => dtype)).toEqual([
      "float32",
      "int32",
      "int32",
      "float32",
      "float32",
    ]);
    expect([...(await factor.data())]).toEqual([-1, 70_000]);
    expect([...(await flag.data())]).toEqual([1, 0]);
    expect(x.shape).toEqual([2, 2]);
    tf.dispose([x, label, factor, weight, flag]);
  });

  it.each([
    ["ragged arrays", () => fromArrays({ x: [[1, 2], [3]] }), /array of 2 at 'x'\[1\].*received 1/],
    ["uneven depth", () => fromArrays({ x: [[1], 2] as never }), /array of 1 at 'x'\[1\]/],
    ["text", () => fromArrays({ x: [["a"]] as never }), /a number at 'x'\[0\]\[0\], received string/],
    [
      "unequal lengths",
      () => fromArrays({ x: [1, 2], label: [1] }),
      /as many examples, received 2 of 'x' and 1 of 'label'/,
    ],
    ["no field", () => fromArrays({}), /at least one field/],
    ["no example", () => fromArrays({ x: [] }), /at least one example, received an empty dataset/],
    ["empty examples", () => fromArrays({ x: [[], []] }), /at least one value an example/],
    [
      "a wrong shape",
      () => fromArrays({ x: { values: new Float32Array(5), shape: [2] } }),
      /multiple of 2 values.*received 5/,
    ],
    [
      "NaN",
      () =>
        fromArrays({
          x: [
            [1, 2],
            [3, Number.NaN],
          ],
        }),
      /finite numbers, received NaN in 'x', example 1/,
    ],
    ["infinity", () => fromArrays({ x: new Float32Array([1, 1 / 0]) }), /received Infinity in 'x', example 1/],
    [
      "fractional labels",
      () => fromArrays({ x: [1, 2], label: [0, 0.5] }),
      /int32 integers, received 0.5 in 'label', example 1/,
    ],
  ])("refuses %s", async (_, make, message) => {
    const error = await thrown(make);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
  });

  it("refuses options that cannot work, and lets NaN through when asked", async () => {
    expect(await thrown(() => fromArrays({ x: "abc" as never }))).toBeInstanceOf(ConfigError);
    expect(await thrown(() => fromArrays({ x: null as never }))).toBeInstanceOf(ConfigError);
    expect(await thrown(() => fromArrays({ x: { values: [1, 2] as never } }))).toBeInstanceOf(ConfigError);
    const mistyped = { values: new Uint8Array(4), shpae: [2] };
    expect((await thrown(() => fromArrays({ x: mistyped }))).message).toMatch(/unknown option `shpae`/);
    expect(fromArrays({ x: [Number.NaN] }, { finite: false }).size).toBe(1);
  });
});

describe("fromTensors", () => {
  it("copies the values and leaves the tensors to the caller", async () => {
    const [x, label] = [tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor1d([5, 6], "int32")];
    const data = await fromTensors({ x, label });
    expect(x.isDisposed).toBe(false);
    x.dispose();
    const batch = data.gather([1]);
    const rank: tf.Tensor2D = batch.x;
    expect([...(await rank.data()), ...(await batch.label.data())]).toEqual([3, 4, 6]);
    tf.dispose([batch.x, batch.label, label]);
  });

  it("refuses what is no data", async () => {
    expect((await thrown(fromTensors({ x: tf.scalar(1) }))).message).toMatch(
      /tensor \[examples, …\], received float32 \[\]/,
    );
    expect((await thrown(fromTensors({ x: tf.tensor1d([1, Number.NaN]) }))).message).toMatch(
      /received NaN in 'x', example 1/,
    );
    expect((await thrown(fromTensors({ x: tf.zeros([0, 3]) }))).message).toMatch(/empty dataset/);
    expect((await thrown(fromTensors({ x: tf.zeros([2]), y: tf.zeros([3]) }))).message).toMatch(/as many examples/);
    expect((await thrown(fromTensors({ x: tf.tensor1d(["a"]) }))).message).toMatch(/received string/);
  });
});
