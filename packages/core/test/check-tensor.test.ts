import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { checkTensor } from "../src/authoring.js";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

describe("checkTensor", () => {
  it.each([
    ["an array", [[1]], "received [[1]]; make one with `tf.tensor`."],
    ["a promise", Promise.resolve(1), "; await it."],
    ["a dataset", { size: 3, batches: () => [] }, "; take a field of a batch of it, as in `data.gather([0, 1, 2]).x`."],
    ["nothing", undefined, "received undefined; make one with `tf.tensor`."],
  ])("refuses %s with what mends it", (_, value, words) => {
    expect(() => checkTensor("vae", "x", value)).toThrow("vae: expected `x` to be a tensor, received");
    expect(() => checkTensor("vae", "x", value)).toThrow(words);
  });

  it("refuses tensors of other shapes and disposed ones", () => {
    const x = tf.zeros([2, 3]);
    expect(() => checkTensor("vae", "x", x, [null, 3])).not.toThrow();
    expect(() => checkTensor("vae", "x", x, [null, 4])).toThrow("[batch, 4], received [2, 3]");
    x.dispose();
    expect(() => checkTensor("vae", "x", x)).toThrow("received a disposed tensor of shape [2, 3]");
  });
});
