import { describe, expect, it } from "vitest";
import { philox } from "../../src/random/philox.js";

/** Known answers of the Random123 distribution (kat_vectors, philox4x32 with 10 rounds). */
const KNOWN = [
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const;

describe("philox", () => {
  it.each(KNOWN)("gives the published words for counter $counter", ({ counter, key, words }) => {
    const out = new Uint32Array(4);
    philox(out, key[0], key[1], counter[1], counter[2], counter[3], counter[0]);
    expect([...out]).toEqual([...words]);
  });

  it("continues over blocks and cuts the last one", () => {
    const long = new Uint32Array(10);
    philox(long, 1, 2, 3, 4, 5);
    const second = new Uint32Array(4);
    philox(second, 1, 2, 3, 4, 5, 1);
    expect([...long.subarray(4, 8)]).toEqual([...second]);
    const third = new Uint32Array(4);
    philox(third, 1, 2, 3, 4, 5, 2);
    expect([...long.subarray(8)]).toEqual([...third.subarray(0, 2)]);
  });
});
