import { OutOfMemoryError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../src/index.js";

interface Backend {
  makeOutput(shape: readonly number[], dtype: "float32"): { readonly dataId: object };
  disposeData(dataId: object): void;
  readonly dataIdMap: { numDataIds(): number };
}

const backend = () => tf.backend() as unknown as Backend;

describe("wasm without room", () => {
  beforeAll(() => useBackend("wasm"));
  afterEach(async () => {
    // The backend is usable: its numbers are right.
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const y = tf.matMul(x, x);
    expect([...(await y.data())]).toEqual([7, 10, 15, 22]);
    tf.dispose([x, y]);
  });

  const refuses = (body: () => unknown): Error => {
    const [{ numTensors, numDataBuffers }, held] = [tf.memory(), backend().dataIdMap.numDataIds()];
    let error: unknown;
    try {
      tf.tidy(() => void body());
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers });
    expect(backend().dataIdMap.numDataIds()).toBe(held);
    return error as Error;
  };

  it("says what was asked, what there is, and the mend", () => {
    const { message } = refuses(() => tf.tile(tf.ones([1, 1]), [10_000_000, 784]));
    expect(message).toMatch(/float32 \[10000000, 784\]: it takes 29,908 MiB, the backend holds at most 4,096 MiB/);
    expect(message).toMatch(/sample fewer at a time/);
  });

  it.each<[string, () => unknown]>([
    ["a product", () => tf.matMul(tf.ones([300_000, 1]), tf.ones([1, 300_000]))],
    ["a product with an ending", () => tf.fused.matMul({ a: tf.ones([1 << 17, 1]), b: tf.ones([1, 1 << 17]) })],
    ["a sum of two", () => tf.add(tf.ones([1 << 17, 1]), tf.ones([1, 1 << 17]))],
    ["more axes than four", () => tf.add(tf.ones([1 << 16, 1, 1, 1, 1]), tf.ones([1, 1, 1, 1, 1 << 16]))],
    ["a fill", () => tf.fill([1 << 16, 1 << 16], 1)],
    ["padding", () => tf.pad(tf.ones([1, 1]), [[0, 1 << 16], [0, 1 << 16]])], // biome-ignore format: one line
    ["one-hot rows", () => tf.oneHot(tf.zeros([1 << 16], "int32"), 1 << 17)],
    ["an outer product by equation", () => tf.einsum("i,j->ij", tf.ones([1 << 17]), tf.ones([1 << 17]))],
    ["upsampling", () => tf.image.resizeBilinear(tf.ones<tf.Rank.R4>([1, 2, 2, 1]), [1 << 16, 1 << 16])],
    [
      "a wide convolution",
      () => tf.conv2d(tf.ones<tf.Rank.R4>([1, 1, 1, 1]), tf.ones<tf.Rank.R4>([1, 1, 1, 1]), 1, 40_000),
    ],
    ["a gradient", () => tf.grad((x: tf.Tensor) => tf.sum(tf.mul(x, tf.ones([1, 1 << 17]))))(tf.ones([1 << 17, 1]))],
  ])("refuses %s that would reach beyond its memory, and keeps nothing of it", (_, body) => {
    refuses(body);
  });

  it("refuses when what is left is too little, and frees what a kernel had made by then", () => {
    const held: object[] = [];
    const take = (): void => void held.push(backend().makeOutput([1 << 26], "float32").dataId); // 256 MiB
    expect(() => {
      for (let i = 0; i < 20; i++) take();
    }).toThrow(OutOfMemoryError);
    expect(held.length).toBeLessThan(16);
    refuses(() => tf.maxPoolWithArgmax(tf.ones<tf.Rank.R4>([1, 1, 1, 1]), [1, 1], 1, 9_000));
    for (const dataId of held) backend().disposeData(dataId);
    // What was freed can be had again, though nothing is left above it.
    const again = backend().makeOutput([1 << 28], "float32").dataId; // 1 GiB
    backend().disposeData(again);
  });
});
