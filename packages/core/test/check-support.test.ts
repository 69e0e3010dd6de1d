import { describe, expect, it } from "vitest";
import { checkSupport } from "../src/authoring.js";
import { DataError } from "../src/index.js";

describe("checkSupport", () => {
  const unit = { name: "values in [0, 1], for a bernoulli likelihood", min: 0, max: 1 };
  const refusal = (call: () => void): string => {
    try {
      call();
    } catch (error) {
      expect(error).toBeInstanceOf(DataError);
      return (error as Error).message;
    }
    throw new Error("nothing was refused");
  };

  it("names the domain, the first value outside it and its place", () => {
    expect(refusal(() => checkSupport("vae", "x", [0, 1, 0.5, -0.75, 7, 8], unit, { size: 3 }))).toBe(
      "vae: expected `x` to hold values in [0, 1], for a bernoulli likelihood, received -0.75 at example 1, value 0; scale the data, or take a likelihood that fits it, such as gaussian().",
    );
    expect(refusal(() => checkSupport("vae", "x", [0, 2], unit))).toContain("received 2 at position 1");
  });

  it("takes what float32 makes of a bound, and nothing that is no number", () => {
    const tenth = { name: "values in [0, 0.1]", min: 0, max: 0.1 };
    expect(Math.fround(0.1)).toBeGreaterThan(0.1);
    expect(() => checkSupport("f", "x", Float32Array.of(0, 0.1), tenth)).not.toThrow();
    expect(refusal(() => checkSupport("f", "x", [0, Number.NaN], tenth, { size: 1 }))).toContain(
      "received NaN at example 1;",
    );
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(refusal(() => checkSupport("f", "x", [value], { name: "finite values" }))).toContain(`received ${value}`);
    }
  });

  it("takes class numbers alone where integers are wanted", () => {
    const classes = { name: "class numbers from 0 to 2", min: 0, max: 2, integer: true };
    expect(() => checkSupport("gan", "label", Int32Array.of(0, 1, 2), classes, { size: 1, first: 0 })).not.toThrow();
    for (const wrong of [3, -1, 0.5]) {
      const message = refusal(() => checkSupport("gan", "label", [0, wrong], classes, { size: 1, first: 0 }));
      expect(message).toContain(
        `gan: expected \`label\` to hold class numbers from 0 to 2, received ${wrong} at example 1`,
      );
    }
  });
});
