import { ConfigError, type SampleOptions, ShapeError } from "@latentkit/core";
import {
  interpolationSheet,
  latentManifold,
  type Picture,
  reconstructionSheet,
  sampleSheet,
  traversalSheet,
} from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** Codes of two values are the two pixels of an image; whatever is asked is remembered. */
const asked: number[] = [];
const model = {
  latentDim: 2,
  encode: (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [-1, 2]),
  decode: (z: tf.Tensor): tf.Tensor => {
    asked.push(z.shape[0]!);
    return tf.reshape(z, [-1, 1, 2, 1]);
  },
  reconstruct: (x: tf.Tensor): tf.Tensor => tf.mul(x, 0.5),
  sample: (options: SampleOptions | number): tf.Tensor => {
    const { count, random } = options as SampleOptions;
    return random!.uniform([count, 1, 2, 1]);
  },
};
const exact = { upscale: 1, gap: 0 };

/** Runs a sheet and expects it to leave no tensor behind. */
async function without<T>(make: () => Promise<T>): Promise<T> {
  const before = tf.memory().numTensors;
  const result = await make();
  expect(tf.memory().numTensors).toBe(before);
  return result;
}
const rowsOf = ({ width, height, data }: Picture): number[][] =>
  Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)]);

describe("sheets", () => {
  it("sampleSheet draws the same for a seed and other images for another", async () => {
    const draw = (seed: number): Promise<Picture> => without(() => sampleSheet(model, { count: 9, seed, ...exact }));
    const [first, again, other] = [await draw(1), await draw(1), await draw(2)];
    expect([first.width, first.height]).toEqual([6, 3]);
    expect(again).toEqual(first);
    expect(other.data).not.toEqual(first.data);
  });

  it("reconstructionSheet puts each reconstruction below its image, and leaves a short row empty", async () => {
    const x = tf.tensor([1, 0.8, 0.6, 0.4, 0.2, 0], [3, 1, 2, 1]);
    const sheet = await without(() => reconstructionSheet(model, x, { columns: 2, ...exact, background: 99 }));
    // Labels stand to the left of the images.
    const rows = rowsOf(sheet).map((row) => row.slice(-4));
    expect(rows).toEqual([
      [255, 204, 153, 102],
      [128, 102, 77, 51],
      [51, 0, 99, 99],
      [26, 0, 99, 99],
    ]);
    const wrong = { reconstruct: (images: tf.Tensor): tf.Tensor => tf.reshape(images, [-1, 2, 1, 1]) };
    await without(() => expect(reconstructionSheet(wrong, x)).rejects.toThrow(ShapeError));
    await expect(reconstructionSheet(model, tf.zeros([3, 2]))).rejects.toThrow(ShapeError);
  });

  it("interpolationSheet goes from the first image to the second", async () => {
    const [a, b] = [tf.zeros([1, 1, 2, 1]), tf.ones([1, 1, 2, 1])];
    const sheet = await without(() => interpolationSheet(model, a, b, { steps: 6, ...exact }));
    expect(rowsOf(sheet)).toEqual([[0, 0, 51, 51, 102, 102, 153, 153, 204, 204, 255, 255]]);
    await expect(interpolationSheet(model, a, tf.ones([2, 1, 2, 1]))).rejects.toThrow(ShapeError);
  });

  it("traversalSheet changes one dimension a row", async () => {
    const code = tf.tensor2d([[0.4, 0.6]]);
    const sheet = await without(() => traversalSheet(model, code, { values: [0, 1], ...exact }));
    expect(
      rowsOf(sheet)
        .slice(-2)
        .map((row) => row.slice(-4)),
    ).toEqual([
      [0, 153, 255, 153],
      [102, 0, 102, 255],
    ]);
    await expect(traversalSheet(model, tf.zeros([2, 2]))).rejects.toThrow(ShapeError);
    await without(() => expect(traversalSheet(model, code, { dimensions: [2] })).rejects.toThrow(ConfigError));
    await expect(traversalSheet(model, code, { dimensions: [] })).rejects.toThrow(/at least one dimension/);
  });

  it("latentManifold covers the prior, the second dimension upwards, a chunk at a time", async () => {
    asked.length = 0;
    const sheet = await without(() => latentManifold(model, { columns: 15, range: [-3, 3] }));
    expect([sheet.width, sheet.height]).toEqual([30, 15]);
    expect(asked).toEqual([64, 64, 64, 33]);
    const rows = rowsOf(sheet);
    expect(rows[7]!.slice(14, 16)).toEqual([128, 128]); // The middle is the prior's mean.
    expect(rows[0]![0]).toBeLessThan(rows[0]![28]!);
    expect(rows[0]![1]).toBeGreaterThan(rows[14]![1]!);
  });

  it("leak nothing when a decoder fails", async () => {
    let calls = 0;
    const failing = {
      latentDim: 2,
      decode: (z: tf.Tensor): tf.Tensor => {
        if (calls++ > 0) throw new Error("no decoder");
        return model.decode(z);
      },
    };
    await without(() => expect(latentManifold(failing, { columns: 15 })).rejects.toThrow("no decoder"));
  });
});
