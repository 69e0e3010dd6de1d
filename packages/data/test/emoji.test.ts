import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as noto from "@iconify-json/noto";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emoji, emojiPairs } from "../src/index.js";
import { thrown } from "./support.js";

let cache: string;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  cache = await mkdtemp(join(tmpdir(), "latentkit-emoji-"));
});
afterAll(() => rm(cache, { recursive: true }));

const digest = (bytes: ArrayLike<number>): string => createHash("sha256").update(Uint8Array.from(bytes)).digest("hex");
const names = ["red-apple", "grinning-face"];

describe("emoji", () => {
  it("draws the named ones in their order: one of each set is known by its digest", async () => {
    const data = await emoji({ names, cache });
    const { x, label, name } = data.gather();
    expect([x.shape, label.shape, name.shape]).toEqual([[2, 32, 32, 3], [2], [2]]);
    expect([x.dtype, label.dtype, name.dtype]).toEqual(["float32", "int32", "int32"]);
    tf.dispose([x, label, name]);
    expect(data.info.names).toEqual(names);
    expect([...data.values("label")].map((category) => data.info.classNames[category])).toEqual([
      "Food & Drink",
      "Smileys & Emotion",
    ]);
    expect(digest(data.values("x").subarray(3072))).toBe(
      "df3a13fc50958941a11af894cce6ff61876c58a72eebb6e6c097a40bc19a6ca9",
    );
    const flat = await emoji({ set: "fluent", names, cache });
    expect(digest(flat.values("x").subarray(3072))).toBe(
      "c657b3174194320be29960d045dfc3b3fc453bb8ad2300e5630d4c8cd18a5cf3",
    );
  });

  it("keeps apart what is behind: corners have the background's colour", async () => {
    const data = await emoji({ names, size: 16, background: "#102030", cache });
    const x = data.values("x");
    expect([...x.subarray(0, 3), ...x.subarray(768 * 2 - 3)]).toEqual([16, 32, 48, 16, 32, 48]);
  });

  it("pairs the two sets by name", async () => {
    const pairs = await emojiPairs({ names, size: 16, cache });
    const [first, second] = [
      await emoji({ names, size: 16, cache }),
      await emoji({ set: "fluent", names, size: 16, cache }),
    ];
    expect(pairs.values("noto")).toEqual(first.values("x"));
    expect(pairs.values("fluent")).toEqual(second.values("x"));
    expect(pairs.values("label")).toEqual(first.values("label"));
    const food = await emojiPairs({ categories: ["Food & Drink"], size: 4, cache });
    expect(food.info.names).toContain("red-apple");
    expect(food.size).toBeGreaterThan(100);
    expect(new Set(food.values("label")).size).toBe(1);
  });

  it("takes a module that the caller imported, and refuses what is none and names that the set does not have", async () => {
    const data = await emoji({ names, size: 8, cache, modules: { noto: noto as object as never } });
    expect(data.size).toBe(2);
    const other = await thrown(emoji({ names, cache, modules: { noto: {} as never } }));
    expect([other.name, other.message]).toEqual([
      "DataError",
      expect.stringMatching(/@iconify-json\/noto to hold icons/),
    ]);
    const unknown = await thrown(emoji({ names: ["red-apples"], cache }));
    expect([unknown.name, unknown.message]).toEqual(["ConfigError", expect.stringMatching(/received 'red-apples'/)]);
    const category = await thrown(emojiPairs({ categories: ["Fruit"], cache }));
    expect(category.message).toMatch(/Activities.*received 'Fruit'/);
  });
});
