import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { beforeEach, describe, expect, it } from "vitest";
import { fetchHeld, holderOf, holdVariable, hostTensor } from "../../src/authoring.js";
import { UnsupportedError } from "../../src/index.js";

describe.each(["cpu", "wasm"])("held values on %s", (backend) => {
  beforeEach(() => tf.setBackend(backend) as unknown as Promise<void>);

  it("are read where they are, and moved when a kernel wants them", async () => {
    const before = tf.memory();
    const values = Float32Array.of(1, 2, 3, 4);
    const x = hostTensor<tf.Rank.R2>(values, [2, 2]);
    expect(await x.data()).toBe(values);
    expect(x.dataSync()).toBe(values);
    expect(holderOf(x.dataId)).toBeDefined();
    const y = tf.matMul(x, x);
    expect(holderOf(x.dataId)).toBeUndefined();
    expect([...(await y.data()), ...(await x.data())]).toEqual([7, 10, 15, 22, 1, 2, 3, 4]);
    tf.dispose([x, y]);
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers });
  });

  it("outlive clones and reshapes, and are freed by what frees tensors", async () => {
    const before = tf.memory();
    for (const twin of [tf.clone, (x: tf.Tensor) => tf.reshape(x, [4])]) {
      const x = hostTensor(Int32Array.of(5, 6, 7, 8), [2, 2], "int32");
      twin(x).dispose();
      expect([...(await x.data())]).toEqual([5, 6, 7, 8]);
      x.dispose();
    }
    tf.tidy(() => {
      hostTensor(Float32Array.of(1), []);
    });
    expect(tf.memory()).toMatchObject({ numTensors: before.numTensors, numDataBuffers: before.numDataBuffers });
  });

  it("of a variable are the holder's until somebody assigns", async () => {
    const before = tf.memory();
    const variable = tf.variable(tf.tensor1d([1, 2]));
    let now = Float32Array.of(3, 4);
    const holder = { read: () => now, readSync: () => now };
    const handle = holdVariable(variable, holder);
    expect([...(await variable.data())]).toEqual([3, 4]);
    now = Float32Array.of(5, 6);
    expect([...(await variable.data())]).toEqual([5, 6]);
    expect(variable.dataId).toBe(handle);
    const sum = tf.add(variable, 1);
    expect([...(await sum.data())]).toEqual([6, 7]);
    expect([variable.dataId === handle, holderOf(handle)]).toEqual([true, undefined]);
    const again = holdVariable(variable, holder);
    expect(holderOf(again)).toBe(holder);
    const other = tf.variable(tf.zeros([2]));
    other.assign(variable);
    variable.assign(tf.tidy(() => tf.tensor1d([9, 9])));
    expect([...(await other.data()), ...(await variable.data())]).toEqual([5, 6, 9, 9]);
    holdVariable(variable, holder);
    tf.dispose([variable, other, sum]);
    expect(tf.memory().numDataBuffers - before.numDataBuffers).toBeLessThanOrEqual(3);
    expect(tf.engine().state.registeredVariables[variable.name]).toBeUndefined();
  });

  it("that can only be waited for are waited for, or refused", async () => {
    const variable = tf.variable(tf.scalar(1));
    let here: Float32Array | undefined;
    holdVariable(variable, {
      read: async () => Float32Array.of(7),
      fetch: async () => {
        here = Float32Array.of(7);
      },
      readSync: () => {
        if (here === undefined) throw new UnsupportedError("await the variable's data first");
        return here;
      },
    });
    expect(() => tf.add(variable, 1)).toThrow(UnsupportedError);
    await fetchHeld([variable]);
    expect((await tf.add(variable, 1).data())[0]).toBe(8);
    variable.dispose();
  });
});
