import { ConfigError, DataError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { type FlatField, fromArrays, fromGenerator, type StreamItem, standardize } from "../src/index.js";
import { drain, read, thrown } from "./support.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const field = async (x: FlatField): Promise<[string, number[]]> => {
  const batch = fromArrays({ x }).gather();
  const values = [...(await batch.x.data())];
  const { dtype } = batch.x;
  tf.dispose(batch as tf.TensorContainer);
  return [dtype, values];
};

const stream = (items: readonly StreamItem[], options = {}) => fromGenerator(() => items, options);

describe("integers with a scale", () => {
  it("become float32, value by value", async () => {
    const sound = { values: Int16Array.of(16384, -16384, 32767, -32768), shape: [2], scale: 1 / 32768 };
    expect(await field(sound)).toEqual(["float32", [0.5, -0.5, Math.fround(32767 / 32768), -1]]);
    expect(await field({ values: Int8Array.of(64, -128), scale: 1 / 128 })).toEqual(["float32", [0.5, -1]]);
    expect(await field({ values: Int32Array.of(7, 9), scale: 0.5 })).toEqual(["float32", [3.5, 4.5]]);
    expect(await field({ values: Int32Array.of(7, 9) })).toEqual(["int32", [7, 9]]);
  });

  it("are refused where int32 is asked for, also for labels", async () => {
    const bytes = { values: Uint8Array.of(51, 102), dtype: "int32", scale: 1 / 255 } as const;
    const error = await thrown(() => fromArrays({ x: bytes }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatch(/`x.scale` to be 1 for int32, or pass dtype: "float32", received 0\.0039/);
    expect(await thrown(() => fromArrays({ label: { values: Uint8Array.of(1), scale: 2 } }))).toBeInstanceOf(
      ConfigError,
    );
  });

  it("are refused when they do not fit, and floats that 32 bits make infinite", async () => {
    for (const value of [2 ** 31, -(2 ** 31) - 1, 0.5, Number.NaN]) {
      expect((await thrown(() => fromArrays({ label: [value] }))).message).toMatch(/expected int32 integers, received/);
    }
    expect(await field({ values: Float64Array.of(-(2 ** 31)), dtype: "int32" })).toEqual(["int32", [-(2 ** 31)]]);
    const error = await thrown(() => fromArrays({ x: [[1, 1e300]] }));
    expect([error.name, error.message]).toEqual([
      "DataError",
      expect.stringMatching(/received Infinity in 'x', example 0/),
    ]);
  });
});

describe("values of streams", () => {
  it("keep labels whole, as arrays do", async () => {
    for (const [values, options] of [
      [[0, 2.7], {}],
      [[2 ** 31 + 5], {}],
      [[Number.NaN], { finite: false }],
    ] as const) {
      const items = values.map((label) => ({ x: [0, 1], label }));
      const error = await thrown(drain(stream(items, options)));
      expect(error).toBeInstanceOf(DataError);
      expect(error.message).toMatch(/fromGenerator: expected int32 integers, received .* in 'label'/);
    }
    expect(await read(stream([{ label: 2 }, { label: true as never }]).batches({ batchSize: 2 }), "label")).toEqual([
      [2, 1],
    ]);
  });

  it("have the type of the first example, in every batch and order", async () => {
    const mixed = [{ x: Int16Array.of(1, 2) }, { x: Float32Array.of(0.5, 0.25) }];
    for (const batchSize of [1, 2]) {
      const error = await thrown(drain(stream(mixed), batchSize));
      expect(error.message).toMatch(/expected int32 integers, received 0.5 in 'x'/);
    }
    expect(await thrown(drain(stream(mixed, { shuffleBuffer: 2 })))).toBeInstanceOf(DataError);
    expect(await read(stream([...mixed].reverse()).batches({ batchSize: 1 }))).toEqual([
      [0.5, 0.25],
      [1, 2],
    ]);
  });

  it("of other types, shapes or fields are refused without a leak, whenever they come", async () => {
    const before = tf.memory().numTensors;
    const good = () => ({ x: tf.ones([2, 3]) });
    const cases: [readonly (() => StreamItem)[], object][] = [
      [[good, () => ({ x: tf.ones([2, 4]) })], { yields: "batches" }],
      [[good, () => ({ x: tf.ones([2, 3], "int32") })], { yields: "batches" }],
      [[good, () => ({ y: tf.ones([2, 3]) })], { yields: "batches" }],
      [[good, () => ({ x: tf.scalar(1) })], { yields: "batches" }],
      [[good, () => ({ x: tf.ones([2, 3], "int32") })], {}],
      [[good, () => ({ x: [[1]] })], {}],
      [[() => ({ x: [1, 2] }), () => ({ x: tf.ones([2]) })], {}],
      [[good, () => ({ x: tf.ones([2, 3]), y: tf.ones([1]) })], {}],
    ];
    for (const [items, options] of cases) {
      for (const batchSize of [1, 3]) {
        const data = fromGenerator(function* () {
          for (const make of items) yield make();
        }, options);
        expect(await thrown(drain(data, batchSize)), items[1]!.toString()).toBeInstanceOf(DataError);
        expect(tf.memory().numTensors, items[1]!.toString()).toBe(before);
      }
    }
  });
});

describe("rows of fields", () => {
  it("are turned into fields", async () => {
    const rows = fromArrays([
      { x: [0, 1], label: 0, wave: Float32Array.of(0.5) },
      { x: [1, 0], label: 2, wave: Float32Array.of(0.25) },
    ]);
    expect([rows.size, rows.fields.x?.shape, [...rows.values("label")], [...rows.values("wave")]]).toEqual([
      2,
      [2],
      [0, 2],
      [0.5, 0.25],
    ]);
    expect([...fromArrays([{ age: 3 }, { age: 5 }]).values("age")]).toEqual([3, 5]);
  });

  it("have one set of fields; bare values are refused with the mend", async () => {
    expect((await thrown(() => fromArrays([{ x: 1 }, { y: 1 }]))).message).toMatch(/fields 'x', received 'y' in row 1/);
    expect((await thrown(() => fromArrays([[1, 2], [3]] as never))).message).toMatch(
      /an array as row 0; .*\{ x: values \}/,
    );
    expect(await thrown(() => fromArrays([]))).toBeInstanceOf(DataError);
    for (const wrong of [null, undefined, 3, "x", new Float32Array(3), tf.zeros([1])]) {
      expect(await thrown(() => fromArrays(wrong as never))).toBeInstanceOf(ConfigError);
    }
  });
});

describe("standardize", () => {
  it("gives what datasets and streams map by", async () => {
    const data = fromArrays({ x: [[1], [3]] });
    const scaling = await standardize(data);
    expect(await read(data.map(scaling).batches({ batchSize: 2 }))).toEqual([[-1, 1]]);
    expect(
      await read(
        stream([{ x: [5] }])
          .map(scaling)
          .batches({ batchSize: 1 }),
      ),
    ).toEqual([[3]]);
    expect((await thrown(() => data.map(standardize(data) as never))).message).toMatch(/await it first/);
    expect(await thrown(() => data.map(undefined as never))).toBeInstanceOf(ConfigError);
  });

  it("ends on streams without an end: at its limit, or when it is asked to", async () => {
    let given = 0;
    const endless = fromGenerator(function* () {
      for (; ; given++) yield { x: [given % 2] };
    });
    expect(await standardize(endless, { limit: 1500 })).toMatchObject({ mean: [0.5], deviation: [0.5] });
    expect((await standardize(fromArrays({ x: [[1], [3], [100]] }), { limit: 2 })).mean).toEqual([2]);
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 10);
    await expect(standardize(endless, { signal: controller.signal })).rejects.toThrow("enough");
    expect(tf.memory().numTensors).toBe(before);
  });
});
