import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { inNode, maxOf, minOf, oneHot, sha256, sizeOf } from "../src/authoring.js";

describe("what several packages share", () => {
  it("counts the values of a shape", () => {
    expect([sizeOf([]), sizeOf([3]), sizeOf([2, 3, 4]), sizeOf([2, 0])]).toEqual([1, 3, 24, 0]);
  });

  it("digests bytes as the standard's examples say", async () => {
    const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(await sha256(new TextEncoder().encode("abc"))).toBe(digest);
  });

  it("writes class numbers of any number type as rows of float32", async () => {
    for (const dtype of ["int32", "float32"] as const) {
      const rows = oneHot(tf.tensor2d([[2], [0]], [2, 1], dtype), 3);
      expect([rows.dtype, rows.shape, [...(await rows.data())]]).toEqual(["float32", [2, 1, 3], [0, 0, 1, 1, 0, 0]]);
    }
  });

  it("finds the largest and smallest of more values than a call takes", () => {
    const values = Float32Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 300_007);
    expect([maxOf(values), minOf(values)]).toEqual([300_006, 0]);
    expect([maxOf([], 3), minOf([]), maxOf([1, 2], 5)]).toEqual([3, Number.POSITIVE_INFINITY, 5]);
  });

  it("knows Node.js", () => {
    expect(inNode()).toBe(true);
  });
});
