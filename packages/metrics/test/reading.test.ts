import { ConfigError, DataError, random, ShapeError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  encodeDataset,
  isomap,
  kernelDistance,
  manifoldPrecision,
  principalComponents,
  reconstructionError,
} from "../src/index.js";
import { atOnce, breathing } from "../src/internal/breathing.js";
import { eachBatch } from "../src/internal/each-batch.js";
import { symmetricEigen } from "../src/internal/symmetric-eigen.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

const model = { latentDim: 2, encode: (x: tf.Tensor) => tf.clone(x) as tf.Tensor2D, reconstruct: tf.clone };
const features = (x: tf.Tensor): tf.Tensor2D => tf.clone(x) as tf.Tensor2D;

/** A stream without end, and how it was left. */
function endless(wait?: Promise<void>) {
  const seen = { batches: 0, left: false };
  return {
    seen,
    data: {
      size: undefined,
      async *batches({ batchSize }: { batchSize: number }) {
        try {
          for (;;) {
            if (seen.batches > 2) await wait;
            seen.batches++;
            yield { x: tf.ones([batchSize, 2]) };
          }
        } finally {
          seen.left = true;
        }
      },
    },
  };
}

describe("reading data", () => {
  it("of a stream without end is ended by the signal, and leaves timers their turns", async () => {
    for (const measure of [reconstructionError, encodeDataset]) {
      const before = tf.memory().numTensors;
      const { data, seen } = endless();
      const controller = new AbortController();
      // Fires only when the loop lets it.
      setTimeout(() => controller.abort(new Error("enough")), 1);
      await expect(measure(model, data, { signal: controller.signal, batchSize: 4 })).rejects.toThrow("enough");
      expect(seen.batches).toBeGreaterThan(0);
      expect(seen.left).toBe(true);
      expect(tf.memory().numTensors).toBe(before);
    }
  });

  it("that has gone quiet is ended by the signal too", async () => {
    let wake = (): void => {};
    const { data, seen } = endless(new Promise((resolve) => (wake = resolve)));
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 5);
    await expect(reconstructionError(model, data, { signal: controller.signal })).rejects.toThrow("enough");
    expect(seen.batches).toBe(3);
    wake();
  });

  it("ends at the limit, and at the size that a dataset states", async () => {
    const { data, seen } = endless();
    expect((await reconstructionError(model, data, { limit: 10, batchSize: 4 })).count).toBe(10);
    expect(seen).toEqual({ batches: 3, left: true });
    const stated = { ...endless().data, size: 6 };
    expect((await reconstructionError(model, stated, { batchSize: 4 })).count).toBe(6);
  });

  it("ends at once when the signal was raised before", async () => {
    const signal = AbortSignal.abort(new Error("before"));
    const x = random(1).normal([40, 2]);
    const calls = [
      () => reconstructionError(model, x, { signal }),
      () => manifoldPrecision(x, x, { signal }),
      () => kernelDistance(x, x, { features, subsetSize: 20, signal }),
      () => principalComponents(x, { signal }),
      () => isomap(x, { signal }),
    ];
    const before = tf.memory().numTensors;
    for (const call of calls) await expect(call()).rejects.toThrow("before");
    expect(tf.memory().numTensors).toBe(before);
  });

  it("refuses a controller for a signal, and what is no data", async () => {
    const x = tf.ones([4, 2]);
    const signal = new AbortController() as never;
    await expect(reconstructionError(model, x, { signal })).rejects.toThrow(/`signal` to be an AbortSignal/);
    for (const data of [[1, 2], undefined, Promise.resolve(x)]) {
      await expect(reconstructionError(model, data as never)).rejects.toThrow(ConfigError);
      await expect(kernelDistance(data as never, x, { features })).rejects.toThrow(/kernelDistance: expected `real`/);
    }
    await expect(reconstructionError(model, tf.zeros([0, 2]))).rejects.toThrow(DataError);
    await expect(reconstructionError({} as never, x)).rejects.toThrow(/`model` to have `reconstruct`/);
  });

  it("refuses batches that change their shape or lose their data, without a leak", async () => {
    const stream = (second: Record<string, () => tf.Tensor>) => ({
      size: undefined,
      async *batches() {
        yield { x: tf.ones([2, 2]) };
        yield Object.fromEntries(Object.entries(second).map(([name, make]) => [name, make()])) as { x: tf.Tensor };
      },
    });
    const before = tf.memory().numTensors;
    const wide = reconstructionError(model, stream({ x: () => tf.ones([2, 3]) }));
    await expect(wide).rejects.toThrow(ShapeError);
    await expect(wide).rejects.toThrow(/shape \[batch, 2\], received \[2, 3\] in batch 1/);
    const lost = reconstructionError(model, stream({ image: () => tf.ones([2, 2]) }));
    await expect(lost).rejects.toThrow(/field `x`.*received image/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it("of feature sets of unequal width is a ShapeError with both", async () => {
    const [a, b] = [tf.ones([8, 3]), tf.ones([8, 4])];
    for (const call of [() => kernelDistance(a, b, { features }), () => manifoldPrecision(a, b)]) {
      await expect(call()).rejects.toThrow(ShapeError);
      await expect(call()).rejects.toThrow(/features of generated.*\[batch, 3\], received \[8, 4\]/);
    }
  });

  it("counts batches and examples", async () => {
    const seen: number[][] = [];
    const count = await eachBatch("f", tf.ones([5, 2]), { batchSize: 2 }, ({ index, first, size }) => {
      seen.push([index, first, size]);
    });
    expect([count, seen]).toEqual([
      5,
      [
        [0, 0, 2],
        [1, 2, 2],
        [2, 4, 1],
      ],
    ]);
  });
});

describe("eigenvalues in steps", () => {
  const size = 40;
  /** BᵀB of rank 30, so that a quarter of the values is 0. */
  const matrix = (): Float64Array => {
    const rows = random(3).normal([30, size]).dataSync();
    return Float64Array.from({ length: size * size }, (_, at) => {
      let sum = 0;
      for (let k = 0; k < 30; k++) sum += rows[k * size + Math.floor(at / size)]! * rows[k * size + (at % size)]!;
      return sum;
    });
  };

  it("restore the matrix from orthonormal vectors, descending", () => {
    const a = matrix();
    const { values, vectors } = atOnce(symmetricEigen(a, size));
    const dot = (i: number, j: number): number =>
      Array.from({ length: size }, (_, k) => vectors[i * size + k]! * vectors[j * size + k]!).reduce((s, v) => s + v);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        expect(Math.abs(dot(i, j) - Number(i === j))).toBeLessThan(1e-13);
        let restored = 0;
        for (let k = 0; k < size; k++) restored += values[k]! * vectors[k * size + i]! * vectors[k * size + j]!;
        expect(Math.abs(restored - a[i * size + j]!)).toBeLessThan(1e-11);
      }
      if (i > 0) expect(values[i]!).toBeLessThanOrEqual(values[i - 1]!);
    }
    expect(Math.abs(values[30]!)).toBeLessThan(1e-12);
    expect(values[29]!).toBeGreaterThan(0.1);
    // Without vectors the values are the same.
    for (const [i, value] of atOnce(symmetricEigen(a, size, false)).values.entries())
      expect(Math.abs(value - values[i]!)).toBeLessThan(1e-11);
  });

  it("stop often enough to be ended in the middle", async () => {
    let stops = 0;
    for (const steps = symmetricEigen(matrix(), size); !steps.next().done; ) stops++;
    // A stop for each column that is reduced, each reflection, and each sweep.
    expect(stops).toBeGreaterThan(3 * size - 3);
    await expect(breathing(symmetricEigen(matrix(), size), AbortSignal.abort(new Error("enough")))).rejects.toThrow(
      "enough",
    );
  });

  it("of matrices that are special: 0, diagonal, of one value", () => {
    expect([...atOnce(symmetricEigen(new Float64Array(9), 3)).values]).toEqual([0, 0, 0]);
    expect([...atOnce(symmetricEigen(Float64Array.of(1, 0, 0, 3), 2)).values]).toEqual([3, 1]);
    expect(atOnce(symmetricEigen(Float64Array.of(-2), 1))).toEqual({
      values: Float64Array.of(-2),
      vectors: Float64Array.of(1),
    });
    const [most, least] = atOnce(symmetricEigen(Float64Array.of(2e40, 1e40, 1e40, 2e40), 2)).values;
    expect(most! / 3e40).toBeCloseTo(1, 14);
    expect(least! / 1e40).toBeCloseTo(1, 14);
  });
});
