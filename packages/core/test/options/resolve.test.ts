import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import {
  choice,
  flag,
  group,
  integer,
  listOf,
  network,
  number,
  optional,
  resolveOptions,
  schedule,
  sizes,
  text,
} from "../../src/authoring.js";
import { ConfigError } from "../../src/index.js";

const specification = {
  clip: number({ above: 0, default: 0.01 }),
  steps: integer({ min: 1 }),
  penalty: choice(["kl", "l1"], { default: "kl" }),
  beta: schedule({ min: 0, default: 1 }),
  frozen: flag({ default: false }),
  units: sizes({ minLength: 0, default: [] }),
  name: text({ default: "net" }),
  limit: optional(number({ min: 0 })),
};
const resolve = (given: unknown) => resolveOptions("maker", specification, given);

describe("resolveOptions", () => {
  it("fills in defaults and keeps what was given", () => {
    expect(resolve({ steps: 3, clip: 2 })).toEqual({
      ...{ clip: 2, steps: 3, penalty: "kl", beta: 1, frozen: false, units: [], name: "net", limit: undefined },
    });
    const beta = (step: number) => step;
    expect(resolve({ steps: 1, beta }).beta).toBe(beta);
  });

  it("takes undefined as not given", () => {
    expect(resolve({ steps: 1, clip: undefined }).clip).toBe(0.01);
  });

  const wrong: [unknown, string][] = [
    [undefined, "maker: expected an object of options (clip, steps, "],
    [null, "received null."],
    [3, "received 3."],
    [[1], "received [1]."],
    [new Map(), "received Map."],
    [{}, "maker: expected `steps` to be an integer ≥ 1, received nothing."],
    [{ steps: 1.5 }, "received 1.5."],
    [{ steps: "1" }, "received '1'."],
    [{ steps: 0 }, "received 0."],
    [{ steps: 1, clip: 0 }, "expected `clip` to be a number > 0, received 0."],
    [{ steps: 1, clip: Number.NaN }, "received NaN."],
    [{ steps: 1, clip: "0.1" }, "received '0.1'."],
    [{ steps: 1, penalty: "l2" }, "expected `penalty` to be one of 'kl', 'l1', received 'l2'."],
    [{ steps: 1, beta: -1 }, "expected `beta` to be a number ≥ 0, or a schedule of one, received -1."],
    [{ steps: 1, beta: () => -1 }, "received a function."],
    [{ steps: 1, beta: () => "x" }, "received a function."],
    [{ steps: 1, beta: "0.5" }, "received '0.5'."],
    [{ steps: 1, frozen: 1 }, "expected `frozen` to be true or false, received 1."],
    [{ steps: 1, units: [0] }, "expected `units` to be an array of integers > 0, received [0]."],
    [{ steps: 1, name: "" }, "received ''."],
    [{ steps: 1, limit: Promise.resolve(1) }, "received Promise (await it)."],
    [{ steps: 1, cilp: 1 }, "maker: unknown option `cilp`; did you mean `clip`? The options are clip, steps, "],
    [{ steps: 1, wholly: 1 }, "maker: unknown option `wholly`; the options are clip, steps, "],
    [{ steps: 1, toString: 1 }, "unknown option `toString`"],
  ];
  it.each(wrong)("refuses %j", (given, message) => {
    expect(() => resolve(given)).toThrow(ConfigError);
    expect(() => resolve(given)).toThrow(message);
  });

  it("tells networks from what looks like one", () => {
    const built = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    const needs = { encoder: network() };
    expect(resolveOptions("maker", needs, { encoder: built }).encoder).toBe(built);
    for (const encoder of [undefined, null, {}, built.layers[0], "net", () => built]) {
      expect(() => resolveOptions("maker", needs, { encoder })).toThrow(/`encoder` to be a network .*received/);
    }
    built.dispose();
  });

  it("looks into lists and groups", () => {
    const nested = {
      replay: optional(group({ capacity: integer({ min: 1 }) })),
      codes: listOf(integer(), { minLength: 1 }),
    };
    expect(resolveOptions("maker", nested, { codes: [1], replay: { capacity: 2 } }).replay).toEqual({ capacity: 2 });
    expect(() => resolveOptions("maker", nested, { codes: [] })).toThrow("a list of 1 or more, each an integer");
    expect(() => resolveOptions("maker", nested, { codes: [1], replay: { capasity: 2 } })).toThrow("`replay`");
  });
});
