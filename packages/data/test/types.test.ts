import type { DataBatch, Dataset, LabelledBatch } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expectTypeOf, it } from "vitest";
import {
  type ArrayDataset,
  binarize,
  fromArrays,
  fromGenerator,
  type fromTensors,
  glyphs,
  type ImageBatch,
  mnist,
  ring,
  type StreamDataset,
} from "../src/index.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe("types", () => {
  it("carries the batch through every view", () => {
    const data = glyphs({ count: 10 });
    expectTypeOf(data).toExtend<Dataset<DataBatch>>();
    expectTypeOf(data).toExtend<Dataset<LabelledBatch>>();
    expectTypeOf(data.take(1).map(binarize()).info.classNames).toEqualTypeOf<readonly string[]>();
    expectTypeOf(data.map(binarize())).toExtend<Dataset<ImageBatch>>();
    expectTypeOf(data.select(["x"]).gather()).toEqualTypeOf<Pick<ImageBatch, "x">>();
    expectTypeOf(data.map(({ x }) => ({ flat: x.flatten() })).gather()).toEqualTypeOf<{ flat: tf.Tensor1D }>();
    const [train, test] = data.split([0.5, 0.5]);
    expectTypeOf(train).toEqualTypeOf(data);
    expectTypeOf(test).toEqualTypeOf(data);
    expectTypeOf(ring({ count: 1 }).info.centres).toEqualTypeOf<readonly (readonly number[])[]>();
    expectTypeOf(mnist).returns.resolves.toExtend<Dataset<LabelledBatch>>();
  });

  it("refuses fields that are not there", () => {
    // @ts-expect-error: there is no such field.
    const select = () => glyphs({ count: 1 }).select(["y"]);
    // @ts-expect-error: points have no images' rank.
    const wrong: () => Dataset<ImageBatch> = () => ring({ count: 1 });
    expectTypeOf(select).toBeFunction();
    expectTypeOf(wrong).toBeFunction();
  });

  it("infers batches from what a source holds", () => {
    const arrays = fromArrays({ x: [[1]], label: [0] });
    expectTypeOf(arrays).toExtend<Dataset<LabelledBatch>>();
    const streamed = fromGenerator(function* () {
      yield { x: [1, 2], label: 3 };
    });
    expectTypeOf(streamed).toExtend<Dataset<LabelledBatch>>();
    expectTypeOf<ReturnType<typeof fromTensors<{ x: tf.Tensor2D }>>>().resolves.toEqualTypeOf<
      ArrayDataset<{ readonly x: tf.Tensor2D }>
    >();
    const untyped = (source: tf.data.Dataset<tf.TensorContainer>) => fromGenerator(source);
    expectTypeOf(untyped).returns.toEqualTypeOf<StreamDataset<DataBatch>>();
  });
});
