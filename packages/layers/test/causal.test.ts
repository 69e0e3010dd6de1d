import { ConfigError, modelFromBytes, modelToBytes, random, ShapeError } from "@latentkit/core";
import { defineModel, network } from "@latentkit/core/authoring";
import { expectSameTensors, finiteDifferences } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import {
  addVector,
  concatenatedElu,
  gatedUnit,
  type MaskedConv2dOptions,
  maskedConv2d,
  oneHotLevels,
  shift2d,
  shiftedConv2d,
  shiftedConv2dTranspose,
} from "../src/index.js";

tf.enableProdMode();
await tf.setBackend("cpu");

const picture = (channels = 1, height = 5, width = 4) => random(1).normal<tf.Rank.R4>([2, height, width, channels]);

/** Which places a layer sees from one place: where its output moves by the input, as text, one row a line. */
async function seen(layer: tf.layers.Layer, size: number, at: number): Promise<string> {
  const slope = tf.grad((x: tf.Tensor) =>
    tf.sum(tf.abs((layer.apply(x) as tf.Tensor).slice([0, at, at, 0], [1, 1, 1, -1]))),
  );
  const map = await slope(tf.ones([1, size, size, 1])).data();
  const rows = Array.from({ length: size }, (_, r) => [...map.subarray(r * size, (r + 1) * size)]);
  return rows.map((row) => row.map((value) => (value === 0 ? "." : "x")).join("")).join("\n");
}

describe("maskedConv2d", () => {
  it("sees the rows above and the left of its row, with B itself, and has weights for no more", async () => {
    const a = maskedConv2d({ filters: 2, kernelSize: [3, 3], mask: "A" });
    expect(await seen(a, 5, 2)).toBe(".....\n.xxx.\n.x...\n.....\n.....");
    expect(a.countParams()).toBe(4 * 2 + 2);
    const b = maskedConv2d({ filters: 2, kernelSize: [3, 5], mask: "B" });
    expect(await seen(b, 5, 2)).toBe(".....\nxxxxx\nxxx..\n.....\n.....");
    expect(b.countParams()).toBe(8 * 2 + 2);
    const row = maskedConv2d({ filters: 1, kernelSize: [1, 3], mask: "A" });
    expect(await seen(row, 5, 2)).toBe(".....\n.....\n.x...\n.....\n.....");
    const first = maskedConv2d({ filters: 32, kernelSize: [7, 7], mask: "A", useBias: false });
    first.build([null, 28, 28, 1]);
    expect(first.countParams()).toBe(24 * 32);
  });

  it("is a convolution with a masked kernel", async () => {
    for (const [mask, size, channels] of [
      ["A", [7, 7], 1],
      ["B", [3, 3], 3],
      ["B", [1, 1], 3],
      ["A", [5, 3], 2],
    ] as const) {
      const layer = maskedConv2d({ filters: 2, kernelSize: size, mask, seed: 2 });
      const x = picture(channels);
      const y = layer.apply(x) as tf.Tensor;
      const [height, width] = size;
      const whole = tf.buffer([height, width, channels, 2]);
      for (const { rectangle, kernel } of layer.taps) {
        const values = kernel.read().arraySync() as number[][][][];
        values.forEach((row, i) => {
          row.forEach((inputs, j) => {
            inputs.forEach((outputs, c) => {
              outputs.forEach((value, o) => {
                whole.set(
                  value,
                  rectangle.rows[0] + i + (height - 1) / 2,
                  rectangle.columns[0] + j + (width - 1) / 2,
                  c,
                  o,
                );
              });
            });
          });
        });
      }
      await expectSameTensors(y, tf.conv2d(x, whole.toTensor() as tf.Tensor4D, 1, "same"), 1e-5);
    }
  });

  it("lets colours of a place see those before them", async () => {
    const jacobian = async (mask: "A" | "B") => {
      const layer = maskedConv2d({ filters: 6, kernelSize: [3, 3], mask, colours: 3 });
      const at = (x: tf.Tensor, output: number) =>
        tf.sum((layer.apply(x) as tf.Tensor).slice([0, 1, 1, output], [1, 1, 1, 1]));
      const rows = [0, 2, 4].map(async (output) => {
        const map = await tf
          .grad((x: tf.Tensor) => at(x, output))(tf.ones([1, 3, 3, 3]))
          .array();
        return (map as number[][][][])[0]![1]![1]!.map((value) => (value === 0 ? 0 : 1));
      });
      return Promise.all(rows);
    };
    expect(await jacobian("A")).toEqual([
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
    ]);
    expect(await jacobian("B")).toEqual([
      [1, 0, 0],
      [1, 1, 0],
      [1, 1, 1],
    ]);
  });

  it("starts with outputs about as wide as its inputs", async () => {
    const layer = maskedConv2d({ filters: 64, kernelSize: [3, 3], mask: "B", seed: 5 });
    const y = layer.apply(random(2).normal([4, 12, 12, 16])) as tf.Tensor;
    const inner = y.slice([0, 1, 1, 0], [4, 11, 10, 64]);
    // 64 · 80 weights: the variance of the mean square is about 2 / 5,120 of it and the inputs'.
    expect((await tf.mean(tf.square(inner)).data())[0]).toBeCloseTo(1, 0);
  });

  it("refuses what it cannot mean", () => {
    const options: MaskedConv2dOptions = { filters: 4, kernelSize: [3, 3], mask: "A" };
    expect(() => maskedConv2d({ ...options, kernelSize: [2, 3] })).toThrow(ConfigError);
    expect(() => maskedConv2d({ ...options, kernelSize: [3] })).toThrow(ConfigError);
    expect(() => maskedConv2d({ ...options, mask: "C" as never })).toThrow(ConfigError);
    expect(() => maskedConv2d({ ...options, colours: 3 }).apply(tf.ones([1, 2, 2, 3]))).toThrow(ShapeError);
    expect(() => maskedConv2d({ ...options, colour: 3 } as never)).toThrow("unknown option");
  });
});

describe("shifted layers", () => {
  it("see above on both sides, or above and left", async () => {
    const down = shiftedConv2d({ filters: 1, kernelSize: [2, 3], direction: "down" });
    expect(await seen(down, 5, 2)).toBe(".....\n.xxx.\n.xxx.\n.....\n.....");
    const right = shiftedConv2d({ filters: 1, kernelSize: [2, 2], direction: "downRight" });
    expect(await seen(right, 5, 2)).toBe(".....\n.xx..\n.xx..\n.....\n.....");
    expect(() => shiftedConv2d({ filters: 1, kernelSize: [2, 2], direction: "down" })).toThrow(ConfigError);
  });

  it("moves pictures down and right", async () => {
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
    expect([...(await (shift2d({ down: 1, right: 1 }).apply(x) as tf.Tensor).data())]).toEqual([0, 0, 0, 0, 1, 2]);
    expect([...(await (shift2d({}).apply(x) as tf.Tensor).data())]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(await (shift2d({ down: 5 }).apply(x) as tf.Tensor).data())]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("goes down in steps of two and up again: each place of the transpose meets its taps", async () => {
    const halves = shiftedConv2d({ filters: 3, kernelSize: [2, 3], direction: "down", strides: 2 });
    expect((halves.apply(picture(1, 5, 4)) as tf.Tensor).shape).toEqual([2, 3, 2, 3]);
    for (const [direction, size] of [
      ["down", [2, 3]],
      ["downRight", [2, 2]],
      ["down", [3, 5]],
    ] as const) {
      const up = shiftedConv2dTranspose({ filters: 1, kernelSize: size, direction, seed: 4 });
      const x = picture(2, 3, 3);
      const y = (await (up.apply(x) as tf.Tensor).array()) as number[][][][];
      const [k, values] = [(await up.kernel.read().array()) as number[][][][], (await x.array()) as number[][][][]];
      for (let r = 0; r < 6; r++) {
        for (let c = 0; c < 6; c++) {
          let expected = 0;
          for (let i = 0; i < size[0]; i++) {
            for (let j = 0; j < size[1]; j++) {
              const [row, column] = [(r - i) / 2, (c + up.left - j) / 2];
              const place = Number.isInteger(row) && Number.isInteger(column) ? values[1]![row]?.[column] : undefined;
              if (place) expected += k[i]![j]![0]![0]! * place[0]! + k[i]![j]![0]![1]! * place[1]!;
            }
          }
          expect(y[1]![r]![c]![0], `${direction} ${r}, ${c}`).toBeCloseTo(expected, 5);
        }
      }
    }
  });
});

describe("units", () => {
  it("gates half of the channels by the other, colour by colour", async () => {
    const x = tf.tensor2d([[0.5, -1, 2, 0.3]]);
    const [t, s] = [Math.tanh, (v: number) => 1 / (1 + Math.exp(-v))];
    const one = (await (gatedUnit().apply(x) as tf.Tensor).array()) as number[][];
    expect(one[0]![0]).toBeCloseTo(t(0.5) * s(2), 6);
    expect(one[0]![1]).toBeCloseTo(t(-1) * s(0.3), 6);
    const two = (await (gatedUnit({ value: "linear", colours: 2 }).apply(x) as tf.Tensor).array()) as number[][];
    expect(two[0]![0]).toBeCloseTo(0.5 * s(-1), 6);
    expect(two[0]![1]).toBeCloseTo(2 * s(0.3), 6);
    expect(() => gatedUnit({ colours: 3 }).apply(x)).toThrow(ShapeError);
  });

  it("keeps both signs, adds vectors to places, and writes levels as rows", async () => {
    const elu = (await (concatenatedElu().apply(tf.tensor2d([[2, -1]])) as tf.Tensor).array()) as number[][];
    [2, Math.expm1(-1), Math.expm1(-2), 1].forEach((value, i) => {
      expect(elu[0]![i]).toBeCloseTo(value, 6);
    });
    const told = addVector().apply([tf.ones([2, 1, 2, 1]), tf.tensor2d([[1], [5]])]) as tf.Tensor;
    expect([...(await told.data())]).toEqual([2, 2, 6, 6]);
    expect(() => addVector().apply([tf.ones([2, 1, 2, 1]), tf.ones([2, 3])])).toThrow(ShapeError);
    const levels = oneHotLevels({ levels: 3, high: 1 }).apply(tf.tensor2d([[0.5, 1]])) as tf.Tensor;
    expect([...(await levels.data())]).toEqual([0, 1, 0, 0, 0, 1]);
  });
});

describe("causal layers", () => {
  const stack = () => {
    const x = tf.input({ shape: [4, 4, 3] });
    const through = (layer: tf.layers.Layer, node: tf.SymbolicTensor) => layer.apply(node) as tf.SymbolicTensor;
    const first = through(maskedConv2d({ filters: 6, kernelSize: [3, 3], mask: "A", colours: 3, name: "a" }), x);
    const gated = through(gatedUnit({ colours: 3, name: "b" }), first);
    const down = through(
      shiftedConv2d({ filters: 2, kernelSize: [2, 3], direction: "down", strides: 2, name: "c" }),
      gated,
    );
    const up = through(shiftedConv2dTranspose({ filters: 1, kernelSize: [2, 3], direction: "down", name: "d" }), down);
    const moved = through(shift2d({ right: 1, name: "e" }), through(concatenatedElu({ name: "f" }), up));
    return tf.model({ inputs: x, outputs: moved, name: "net" });
  };

  it("come back from files", async () => {
    const kind = defineModel("stack", { net: network() }, ({ net }) => ({
      networks: { net },
      fields: {},
      objectives: [],
    }));
    const model = kind({ net: stack() });
    const loaded = await modelFromBytes(await modelToBytes(model), kind);
    const x = random(3).normal([2, 4, 4, 3]);
    await expectSameTensors(loaded.networks.net!.apply(x) as tf.Tensor, model.networks.net!.apply(x) as tf.Tensor);
  });

  it("can be differentiated twice", async () => {
    const net = stack();
    const slope = (x: tf.Tensor): tf.Scalar =>
      tf.sum(tf.square(tf.grad((at: tf.Tensor) => tf.sum(tf.square(net.apply(at) as tf.Tensor)))(x)));
    const x = random(3).normal([1, 4, 4, 3]);
    const exact = await tf.grad(slope)(x).data();
    const differences = await finiteDifferences(slope, x);
    const scale = Math.max(...differences.map(Math.abs));
    expect(scale).toBeGreaterThan(0);
    for (const [i, expected] of differences.entries())
      expect(Math.abs(exact[i]! - expected)).toBeLessThan(0.02 * scale);
  });
});
