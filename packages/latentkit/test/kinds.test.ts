import { describe, expect, it } from "vitest";
import { KINDS } from "../src/kinds.js";

describe("the kinds of the library", () => {
  it("have one factory each, from every family", () => {
    const kinds = KINDS.map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(kinds).toEqual(expect.arrayContaining(["autoencoder", "pixelCnn", "hingeGan", "withPrior", "iwae"]));
    for (const { kind, specification } of KINDS) expect(Object.keys(specification), kind).not.toEqual([]);
  });
});
