import { ConfigError, DataError, type LabelledBatch, random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { fromGenerator } from "../src/index.js";
import { drain, read, thrown } from "./support.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const counting = (count: number) =>
  function* () {
    for (let i = 0; i < count; i++) yield { x: [i, 0.5], label: i };
  };
const firsts = (batches: number[][]) => batches.map((batch) => batch.filter((_, i) => i % 2 === 0));

describe("fromGenerator", () => {
  it("makes batches of examples, keeps or drops the partial one, and skips", async () => {
    const data = fromGenerator(counting(7));
    expect(data.size).toBeUndefined();
    expect(firsts(await read(data.batches({ batchSize: 3 })))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(firsts(await read(data.batches({ batchSize: 3, partial: "drop" }))).length).toBe(2);
    expect(firsts(await read(data.batches({ batchSize: 3, skip: 1 })))).toEqual([[3, 4, 5], [6]]);
    expect(await read(data.batches({ batchSize: 3, skip: 9 }))).toEqual([]);
  });

  it("reads asynchronous generators, typed arrays with shapes, and tensors, without a leak", async () => {
    const before = tf.memory().numTensors;
    const data = fromGenerator(
      async function* () {
        for (let i = 0; i < 5; i++) yield { x: new Float32Array(6).fill(i), y: tf.scalar(i), n: new Int32Array([i]) };
      },
      { shapes: { x: [2, 3] } },
    );
    for await (const { x, y, n } of data.batches({ batchSize: 2 })) {
      expect(x.shape.slice(1)).toEqual([2, 3]);
      expect([y.shape.length, n.shape.length, n.dtype]).toEqual([1, 2, "int32"]);
      tf.dispose([x, y, n]);
    }
    for await (const batch of data.batches({ batchSize: 2, skip: 1 })) {
      tf.dispose(batch);
      break;
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it("cuts batches of any sizes anew, without a leak", async () => {
    const before = tf.memory().numTensors;
    const sizes = [2, 5, 1, 4];
    const source = async function* () {
      let next = 0;
      for (const size of sizes) {
        const start = next;
        next += size;
        yield { x: tf.range(start, next), label: tf.range(start, next, 1, "int32") };
      }
    };
    const data = fromGenerator(source, { yields: "batches" });
    expect(await read(data.batches({ batchSize: 4 }))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
    expect(await read(data.batches({ batchSize: 5, skip: 1 }))).toEqual([
      [5, 6, 7, 8, 9],
      [10, 11],
    ]);
    expect(await read(data.batches({ batchSize: 5, partial: "drop" }))).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
    ]);
    const cut = fromGenerator(source, { yields: "batches", size: 6 });
    expect(await read(cut.batches({ batchSize: 4 }), "label")).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
    for await (const batch of data.batches({ batchSize: 1 })) {
      tf.dispose(batch);
      break;
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it("reads a tf.data.Dataset of examples and of batches", async () => {
    const rows = tf.data.generator(function* () {
      for (let i = 0; i < 5; i++) yield { x: tf.tensor1d([i, i]), label: tf.scalar(i, "int32") };
    } as never);
    expect(await read(fromGenerator<LabelledBatch>(rows).batches({ batchSize: 2 }), "label")).toEqual([
      [0, 1],
      [2, 3],
      [4],
    ]);
    const batched = fromGenerator(tf.data.array([[1], [2], [3]]).batch(2), { yields: "batches" });
    expect(await read(batched.batches({ batchSize: 3 }))).toEqual([[1, 2, 3]]);
  });

  it("ends a pass of an endless stream at its size", async () => {
    const endless = function* () {
      for (let i = 0; ; i++) yield { x: i };
    };
    const data = fromGenerator(endless, { size: 5 });
    expect(data.size).toBe(5);
    expect(await read(data.batches({ batchSize: 2 }))).toEqual([[0, 1], [2, 3], [4]]);
  });

  it("gives the generator its epoch and a random stream of it", async () => {
    const data = fromGenerator(function* ({ epoch, random: own }) {
      yield { x: [epoch, own!.next()] };
    });
    const pass = async (epoch: number) => (await read(data.batches({ batchSize: 1, epoch, random: random(1) })))[0]!;
    const [first, again, second] = [await pass(0), await pass(0), await pass(1)];
    expect(again).toEqual(first);
    expect([first[0], second[0]]).toEqual([0, 1]);
    expect(second[1]).not.toBe(first[1]);
  });

  it("shuffles within a buffer, in an order of the seed and the epoch, also after skip", async () => {
    const data = fromGenerator(counting(40), { shuffleBuffer: 10 });
    const pass = (epoch: number, skip = 0) =>
      read(data.batches({ batchSize: 8, epoch, skip, random: random(5) }), "label");
    const whole = await pass(0);
    expect(whole.flat()).not.toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect([...whole.flat()].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(whole.flat().every((value, place) => value < place + 10)).toBe(true);
    expect(await pass(0, 2)).toEqual(whole.slice(2));
    expect(await pass(1)).not.toEqual(whole);
    expect((await read(data.batches({ batchSize: 40 }), "label"))[0]).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it("maps batches with noise that a resumed pass repeats, without a leak", async () => {
    const before = tf.memory().numTensors;
    const data = fromGenerator(counting(9)).map(({ x, label }, noise) => ({ x: x.add(noise.normal(x.shape)), label }));
    const options = { batchSize: 3, random: random(2) };
    const whole = await read(data.batches(options));
    expect(await read(data.batches({ ...options, skip: 1 }))).toEqual(whole.slice(1));
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ["an empty stream", fromGenerator(counting(0)), /empty stream; open it anew/],
    ["a short stream", fromGenerator(counting(3), { size: 4 }), /expected 4 examples, `size`, received a stream of 3/],
    ["NaN", fromGenerator(() => [{ x: [Number.NaN] }]), /received NaN/],
    ["other fields", fromGenerator(() => [{ x: 1 }, { y: 1 }] as { x: number }[]), /fields 'x', received 'y'/],
    ["other shapes", fromGenerator(() => [{ x: [1] }, { x: [1, 2] }]), /shape \[1\] like the first, received \[2\]/],
    ["bare arrays", fromGenerator(() => [[1]] as never), /expected fields such as \{ x \}/],
    ["a wrong size", fromGenerator(() => [{ x: new Float32Array(3) }], { shapes: { x: [2] } }), /2 values.*received 3/],
    ["examples as batches", fromGenerator(() => [{ x: [1] }], { yields: "batches" }), /batch of tensors.*x: no tensor/],
    [
      "changing batches",
      fromGenerator(() => [{ x: tf.zeros([1]) }, { y: tf.zeros([1]) }] as never, { yields: "batches" }),
      /fields 'x', received 'y'/,
    ],
  ])("refuses %s", async (_, data, message) => {
    const error = await thrown(drain(data));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
  });

  it("refuses options that cannot work", async () => {
    expect(await thrown(() => fromGenerator([1, 2] as never))).toBeInstanceOf(ConfigError);
    expect(await thrown(() => fromGenerator(counting(1), { size: 0 }))).toBeInstanceOf(ConfigError);
    expect(await thrown(() => fromGenerator(counting(1), { yields: "batches", shuffleBuffer: 2 }))).toBeInstanceOf(
      ConfigError,
    );
    const drop = fromGenerator(counting(3)).batches({ batchSize: 4, partial: "drop" });
    expect((await thrown(read(drop))).message).toMatch(/`batchSize` to be at most 3/);
  });
});
