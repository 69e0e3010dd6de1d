import { ConfigError, DataError, random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fromArrays } from "../src/index.js";
import { read, thrown } from "./support.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const numbers = (count: number) =>
  fromArrays({
    x: Array.from({ length: count }, (_, i) => [i, -i]),
    label: Array.from({ length: count }, (_, i) => i % 3),
  });
const firsts = (batches: number[][]) => batches.map((batch) => batch.filter((_, i) => i % 2 === 0));

describe("a pass over data in memory", () => {
  it("keeps the stored order without random, and the last partial batch unless it is dropped", async () => {
    const data = numbers(7);
    expect(firsts(await read(data.batches({ batchSize: 3 })))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(firsts(await read(data.batches({ batchSize: 3, partial: "drop" })))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it("gives every example once in an order that depends on the seed and the epoch alone", async () => {
    const pass = (seed: number, epoch: number, batchSize = 10) =>
      read(numbers(50).batches({ batchSize, epoch, random: random(seed) })).then((all) => firsts(all).flat());
    const order = await pass(1, 0);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(await pass(1, 0)).toEqual(order);
    expect(await pass(1, 0, 7)).toEqual(order);
    expect(await pass(1, 1)).not.toEqual(order);
    expect(await pass(2, 0)).not.toEqual(order);
    // An order drawn before has no influence.
    const used = random(1);
    used.next();
    expect(firsts(await read(numbers(50).batches({ batchSize: 10, random: used }))).flat()).toEqual(order);
  });

  it("continues exactly where skip says, maps included, without making the batches before", async () => {
    let made = 0;
    const data = numbers(20).map(({ x }, noise) => {
      made++;
      return { x: x.add(noise.normal(x.shape)) };
    });
    const options = { batchSize: 4, epoch: 3, random: random(9) };
    const whole = await read(data.batches(options));
    made = 0;
    expect(await read(data.batches({ ...options, skip: 3 }))).toEqual(whole.slice(3));
    expect(made).toBe(2);
    expect(await read(data.batches({ ...options, skip: 5 }))).toEqual([]);
  });

  it("keeps bytes until the batch and scales them there", async () => {
    const bytes = new Uint8Array([0, 51, 255, 128]);
    const data = fromArrays({ x: { values: bytes, shape: [2], scale: 1 / 255 } });
    expect(data.values("x")).toBeInstanceOf(Uint8Array);
    const batch = data.gather();
    expect(batch.x.dtype).toBe("float32");
    expect([...(await batch.x.data())]).toEqual([0, Math.fround(0.2), 1, Math.fround(128 / 255)]);
    batch.x.dispose();
  });

  it("has float32 x and int32 label with the shapes of the examples", () => {
    const data = fromArrays({
      x: [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ],
      label: [2],
    });
    const { x, label } = data.gather();
    expect([x.shape, x.dtype, label.shape, label.dtype]).toEqual([[1, 3, 2], "float32", [1], "int32"]);
    expect(data.fields.x).toMatchObject({ shape: [3, 2], dtype: "float32", scale: 1 });
    tf.dispose([x, label]);
  });

  it("leaks no tensor, also when maps pass tensors through or the consumer stops early", async () => {
    const before = tf.memory().numTensors;
    const data = numbers(10).map(({ x, label }) => ({ x: x.add(1).mul(2), label, both: x }));
    for await (const batch of data.batches({ batchSize: 3 })) {
      tf.dispose(batch);
      break;
    }
    await read(data.batches({ batchSize: 3 }));
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses options that cannot work", async () => {
    const data = numbers(5);
    const drop = await thrown(() => data.batches({ batchSize: 8, partial: "drop" }));
    expect(drop).toBeInstanceOf(ConfigError);
    expect(drop.message).toMatch(/`batchSize` to be at most 5.*received 8.*smaller batchSize/);
    for (const wrong of [
      { batchSize: 0 },
      { batchSize: 2.5 },
      { batchSize: 2, epoch: -1 },
      { batchSize: 2, skip: -1 },
      { batchSize: 2, partial: "maybe" as "keep" },
      { batchSize: 2, shuffle: true } as { batchSize: number },
    ]) {
      expect(await thrown(() => data.batches(wrong)), JSON.stringify(wrong)).toBeInstanceOf(ConfigError);
    }
  });
});

describe("views", () => {
  it("takes and slices", async () => {
    const data = numbers(10);
    expect([...data.take(2).values("label")]).toEqual([0, 1]);
    expect([...data.slice(4, 7).values("x")]).toEqual([4, -4, 5, -5, 6, -6]);
    expect(data.slice(4).slice(1, 3).size).toBe(2);
    expect([...data.slice(4).slice(1, 3).values("x")]).toEqual([5, -5, 6, -6]);
    for (const wrong of [() => data.take(11), () => data.take(0), () => data.slice(3, 3), () => data.slice(10)]) {
      expect(await thrown(wrong)).toBeInstanceOf(ConfigError);
    }
  });

  it("splits into parts without common examples, equal for equal seeds", async () => {
    const data = numbers(101);
    const [train, validation, test] = data.split([0.5, 0.25, 0.25], 3);
    const all = [train, validation, test].flatMap((part) => [...part.values("x")].filter((value) => value >= 0));
    expect([train.size, validation.size, test.size]).toEqual([51, 25, 25]);
    expect(new Set(all.map(Math.abs)).size).toBe(101);
    expect(data.split([0.5, 0.5], 3)[0].values("x")).toEqual(data.split([0.5, 0.5], 3)[0].values("x"));
    expect(data.split([0.5, 0.5], 4)[0].values("x")).not.toEqual(data.split([0.5, 0.5], 3)[0].values("x"));
    expect(data.split([0.1])[0].size).toBe(10);
    expect(data.split([0.1, 0.2, 0.3, 0.4]).reduce((sum, part) => sum + part.size, 0)).toBe(101);
    expect((await thrown(() => data.split([0.8, 0.4]))).message).toMatch(/sum of at most 1/);
    expect((await thrown(() => numbers(3).split([0.9, 0.1]))).message).toMatch(/every part to have an example/);
  });

  it("filters by class", async () => {
    const data = numbers(9);
    expect([...data.filter([0, 2]).values("label")]).toEqual([0, 2, 0, 2, 0, 2]);
    expect(data.filter((label) => label > 0).size).toBe(6);
    expect(data.take(4).filter([1]).size).toBe(1);
    const none = await thrown(() => data.filter([7]));
    expect(none).toBeInstanceOf(DataError);
    expect(none.message).toMatch(/`label` has 0, 1, 2/);
    expect((await thrown(() => data.filter([0], "class"))).message).toMatch(/one of 'x', 'label', received 'class'/);
    expect(await thrown(() => data.filter([0], "x"))).toBeInstanceOf(ConfigError);
  });

  it("selects fields before and after a map", async () => {
    const data = numbers(4);
    expect(Object.keys(data.select(["x"]).fields)).toEqual(["x"]);
    const mapped = data.map(({ x, label }) => ({ y: x.add(1), label })).select(["y"]);
    const batch = mapped.gather([1]);
    expect(Object.keys(batch)).toEqual(["y"]);
    expect([...(await batch.y.data())]).toEqual([2, 0]);
    tf.dispose(batch);
    expect((await thrown(() => data.select(["z" as "x"]))).message).toMatch(/one of 'x', 'label', received 'z'/);
  });

  it("gathers positions of the view, and refuses others", async () => {
    const data = numbers(10).slice(5);
    const { x, label } = data.gather([4, 0]);
    expect([...(await x.data())]).toEqual([9, -9, 5, -5]);
    tf.dispose([x, label]);
    expect(await thrown(() => data.gather([5]))).toBeInstanceOf(ConfigError);
  });

  it("composes maps in their order, each with noise of its own", async () => {
    const noisy = numbers(4).map(({ x }, noise) => ({ x, a: noise.uniform([1]) }));
    const twice = noisy.map((batch, noise) => ({ ...batch, b: noise.uniform([1]) }));
    const { x, a, b } = twice.gather();
    expect(await a.data()).not.toEqual(await b.data());
    tf.dispose([x, a, b]);
  });
});
