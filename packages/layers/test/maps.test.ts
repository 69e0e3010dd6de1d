import { ConfigError, random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { mapDecoder, mapEncoder, mapMerger } from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const shapesOf = (network: tf.LayersModel) => [network.inputs.map(({ shape }) => shape), network.outputs[0]!.shape];
const small = { residualBlocks: 1, residualFilters: 2 } as const;

describe("mapEncoder and mapDecoder", () => {
  it("halve and double height and width with each of their filters, odd sizes too", () => {
    const encoder = mapEncoder({ inputShape: [28, 27, 1], filters: [3, 4], channels: 5 });
    expect(shapesOf(encoder)).toEqual([[[null, 28, 27, 1]], [null, 7, 7, 5]]);
    const decoder = mapDecoder({
      inputShape: [7, 7, 5],
      ...{ filters: [4, 3], outputShape: [28, 27, 1], parametersPerValue: 2 },
    });
    expect(shapesOf(decoder)).toEqual([[[null, 7, 7, 5]], [null, 28, 27, 2]]);
  });

  it("take a smaller map beside the large one, as the first input, and make use of it", async () => {
    const shapes = { coarseShape: [2, 2, 3], inputShape: [8, 7, 2] };
    const decoder = mapDecoder({ ...shapes, filters: [4], outputShape: [16, 14, 1], ...small });
    expect(shapesOf(decoder)[0]).toEqual([
      [null, 2, 2, 3],
      [null, 8, 7, 2],
    ]);
    const merger = mapMerger({ ...shapes, channels: 6, ...small });
    expect(shapesOf(merger)[1]).toEqual([null, 8, 7, 6]);
    const fine = random(1).normal([1, 8, 7, 2]);
    const of = (coarse: tf.Tensor) => (merger.predict([coarse, fine]) as tf.Tensor).data();
    expect(await of(tf.ones([1, 2, 2, 3]))).not.toEqual(await of(tf.zeros([1, 2, 2, 3])));
  });

  it("compute residual blocks as they are written: x + W₁ * a(W₃ * a(x)), then a", async () => {
    const encoder = mapEncoder({ inputShape: [4, 4, 1], filters: [2], channels: 3, ...small, seed: 4 });
    const x = random(2).normal<tf.Rank.R4>([2, 4, 4, 1]);
    const [k1, b1, k2, b2, k3, b3, k4, b4, k5, b5] = encoder.getWeights() as [tf.Tensor4D, tf.Tensor, ...never[]] &
      tf.Tensor4D[];
    const conv = (y: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor, strides = 1): tf.Tensor4D =>
      tf.add(tf.conv2d(y as tf.Tensor4D, kernel as tf.Tensor4D, strides, "same"), bias);
    const h = conv(tf.relu(conv(x, k1!, b1!, 2)), k2!, b2!);
    const block = tf.add(h, conv(tf.relu(conv(tf.relu(h), k3!, b3!)), k4!, b4!));
    const expected = await conv(tf.relu(block), k5!, b5!).data();
    const actual = await (encoder.predict(x) as tf.Tensor).data();
    for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 5);
  });

  it("begin alike from equal seeds and otherwise from others", async () => {
    const first = (seed: number) =>
      mapEncoder({ inputShape: [4, 4, 1], filters: [2], channels: 3, seed })
        .getWeights()[0]!
        .data();
    expect(await first(1)).toEqual(await first(1));
    expect(await first(1)).not.toEqual(await first(2));
  });

  it.each<[string, () => unknown]>([
    [
      "a map that doubling does not make a picture of",
      () => mapDecoder({ inputShape: [7, 7, 2], filters: [3], outputShape: [28, 28, 1] }),
    ],
    ["a small map of another size", () => mapMerger({ coarseShape: [3, 3, 1], inputShape: [8, 8, 1], channels: 1 })],
    [
      "a small map that is not smaller",
      () => mapMerger({ coarseShape: [8, 8, 1], inputShape: [8, 8, 1], channels: 1 }),
    ],
    ["a misspelt option", () => mapEncoder({ inputShape: [4, 4, 1], filter: [2], channels: 3 } as never)],
    ["no filters", () => mapEncoder({ inputShape: [4, 4, 1], filters: [], channels: 3 })],
  ])("refuse %s", (_, call) => {
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(/^map(Encoder|Decoder|Merger): /);
  });
});
