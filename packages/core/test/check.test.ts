import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { check, checkShape, outputShape, showShape } from "../src/authoring.js";
import {
  CheckpointError,
  ConfigError,
  DataError,
  DeviceLostError,
  DivergenceError,
  LatentKitError,
  OutOfMemoryError,
  ShapeError,
  UnsupportedError,
} from "../src/index.js";

describe("check", () => {
  const must = check("wgan");

  it("returns what is right", () => {
    const sizes = [1, 2];
    expect(must.number("clip", 0.01, { above: 0 })).toBe(0.01);
    expect(must.number("clip", 1, { min: 1, max: 1 })).toBe(1);
    expect(must.integer("steps", 0, { min: 0 })).toBe(0);
    expect(must.sizes("shape", sizes)).toBe(sizes);
    expect(must.sizes("shape", [], 0)).toEqual([]);
    expect(must.oneOf("kind", "a", ["a", "b"])).toBe("a");
    expect(must.that("x", 1, true, "anything")).toBeUndefined();
    expect(must.known({ a: 1 }, ["a", "b"])).toBeUndefined();
  });

  it.each<[string, () => unknown]>([
    ["wgan: expected `clip` to be a number > 0, received -1.", () => must.number("clip", -1, { above: 0 })],
    ["wgan: expected `clip` to be a number, received NaN.", () => must.number("clip", Number.NaN)],
    ["wgan: expected `clip` to be a number, received Infinity.", () => must.number("clip", Number.POSITIVE_INFINITY)],
    ["wgan: expected `clip` to be a number, received '1'.", () => must.number("clip", "1" as never)],
    ["wgan: expected `clip` to be a number, received undefined.", () => must.number("clip", undefined as never)],
    [
      "wgan: expected `rate` to be a number ≥ 0 and < 1, received 1.",
      () => must.number("rate", 1, { min: 0, below: 1 }),
    ],
    [
      "wgan: expected `rate` to be a number > 0 and ≤ 1, received 0.",
      () => must.number("rate", 0, { above: 0, max: 1 }),
    ],
    ["wgan: expected `steps` to be an integer ≥ 1, received 1.5.", () => must.integer("steps", 1.5, { min: 1 })],
    ["wgan: expected `steps` to be an integer, received 9007199254740992.", () => must.integer("steps", 2 ** 53)],
    ["wgan: expected `units` to be a non-empty array of integers > 0, received [].", () => must.sizes("units", [])],
    ["wgan: expected `units` to be an array of integers > 0, received [3, 0].", () => must.sizes("units", [3, 0], 0)],
    [
      "wgan: expected `units` to be an array of at least 2 integers > 0, received [3].",
      () => must.sizes("units", [3], 2),
    ],
    [
      "wgan: expected `units` to be a non-empty array of integers > 0, received 3.",
      () => must.sizes("units", 3 as never),
    ],
    ["received [0, 0, 0, 0, 0, 0, 0, 0, …].", () => must.sizes("units", new Array(10_000).fill(0))],
    ["received Float32Array.", () => must.sizes("units", new Float32Array(2) as never)],
    ["wgan: expected `kind` to be one of 'a', 'b', received 'c'.", () => must.oneOf("kind", "c" as "a", ["a", "b"])],
    ["wgan: expected `f` to be a schedule, received a function.", () => must.that("f", () => 1, false, "a schedule")],
    [
      "wgan: expected `o` to be a schedule, received {}.",
      () => must.that("o", Object.create(null), false, "a schedule"),
    ],
    [
      "wgan: unknown option `clp`; did you mean `clip`? The options are clip, steps.",
      () => must.known({ clp: 1 }, ["clip", "steps"]),
    ],
  ])("%s", (message, call) => {
    expect(call).toThrow(ConfigError);
    expect(call).toThrow(message);
  });
});

describe("shapes", () => {
  it("fit where sizes are equal or unknown on either side", () => {
    checkShape("f", "x", [4, 28, 28, 1], [null, 28, 28, 1]);
    checkShape("f", "x", [null, 3], [5, 3]);
    checkShape("f", "x", [], []);
  });

  it("are both printed where they do not fit", () => {
    const call = (): void => checkShape("vae", "decoder output", [null, 784], [null, 28, 28, 1]);
    expect(call).toThrow(ShapeError);
    expect(call).toThrow("vae: expected `decoder output` to have shape [batch, 28, 28, 1], received [batch, 784].");
  });

  it("name the unknown batch and other unknown sizes", () => {
    expect(showShape([null, null, 3])).toBe("[batch, any, 3]");
    expect(showShape([])).toBe("[]");
  });

  it("of a network are those of its one output", () => {
    const input = tf.input({ shape: [3] });
    const heads = [1, 2].map((units) => tf.layers.dense({ units }).apply(input) as tf.SymbolicTensor);
    expect(outputShape("f", "decoder", tf.model({ inputs: input, outputs: heads[1]! }))).toEqual([null, 2]);
    expect(() => outputShape("f", "decoder", tf.model({ inputs: input, outputs: heads }))).toThrow(
      "f: expected `decoder` to have one output, received 2.",
    );
  });
});

describe("errors", () => {
  it.each([
    [ConfigError, "config"],
    [ShapeError, "shape"],
    [DataError, "data"],
    [UnsupportedError, "unsupported"],
    [CheckpointError, "checkpoint"],
    [DivergenceError, "divergence"],
    [DeviceLostError, "device"],
    [OutOfMemoryError, "memory"],
  ] as const)("%o carries its code, name and cause", (type, code) => {
    const cause = new Error("below");
    const error = new type("message", { cause });
    expect(error).toBeInstanceOf(LatentKitError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code, name: type.name, message: "message", cause });
  });
});
