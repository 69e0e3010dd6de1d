import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UnsupportedError } from "@latentkit/core";
import * as resvg from "@resvg/resvg-wasm";
import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { optionalModule } from "../src/drawn/optional-module.js";
import { pixelFaces } from "../src/index.js";
import { thrown } from "./support.js";

let cache: string;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  cache = await mkdtemp(join(tmpdir(), "latentkit-faces-"));
});
afterAll(() => rm(cache, { recursive: true }));
afterEach(() => {
  vi.doUnmock("@latentkit/core/authoring");
  vi.resetModules();
});

const bare = { hat: ["none"], beard: ["none"], glasses: ["none"] };
const digest = (bytes: ArrayLike<number>): string => createHash("sha256").update(Uint8Array.from(bytes)).digest("hex");

describe("pixelFaces", () => {
  it("draws the same faces for a seed: the first is known by its digest", async () => {
    const data = await pixelFaces({ count: 3, seed: 1, size: 64, cache });
    const { x, label, factors } = data.gather();
    expect([x.shape, label.shape, factors.shape]).toEqual([[3, 64, 64, 3], [3], [3, 16]]);
    expect([x.dtype, label.dtype, factors.dtype]).toEqual(["float32", "int32", "int32"]);
    tf.dispose([x, label, factors]);
    expect(digest(data.values("x").subarray(0, 64 * 64 * 3))).toBe(
      "45f442c02d2f71c5c636d023478f2bd0b0255606d9f37849dce3335312170c61",
    );
    const other = await pixelFaces({ count: 3, seed: 2, size: 64, cache });
    expect(digest(other.values("x"))).not.toBe(digest(data.values("x")));
  });

  it("shows the colours that the factors say, at pixels that nothing covers", async () => {
    const data = await pixelFaces({ count: 200, seed: 3, size: 16, parts: bare, cache });
    const [x, rows, { factors }] = [data.values("x"), data.values("factors"), data.info];
    const column = (name: string): number => factors.findIndex((factor) => factor.name === name);
    const colour = (i: number, name: string): number[] => {
      const hex = factors[column(name)]!.values[rows[i * 16 + column(name)]!]!;
      return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    };
    const pixel = (i: number, across: number, down: number): number[] => {
      const from = ((i * 16 + down) * 16 + across) * 3;
      return [...x.subarray(from, from + 3)];
    };
    // A head is its skin's colour under a tenth of white, whose alpha is a byte, at a pixel that no hair reaches.
    for (let i = 0; i < data.size; i++) {
      const skin = colour(i, "skinColor").map((value) => 0.9 * value + 25.5);
      pixel(i, 7, 4).forEach((value, c) => {
        expect(Math.abs(value - skin[c]!)).toBeLessThanOrEqual(1.5);
      });
    }
    // Clothing may have shades: every pixel there belongs to one colour only.
    const seen = new Map<string, string>();
    for (let i = 0; i < data.size; i++) {
      const [shown, meant] = [pixel(i, 4, 14).join(), colour(i, "clothingColor").join()];
      expect(seen.get(shown) ?? meant).toBe(meant);
      seen.set(shown, meant);
    }
    expect(new Set(seen.values()).size).toBe(12);
  });

  it("changes with one factor only what that factor draws", async () => {
    const row = new Array<number>(16).fill(0);
    const glasses = 3;
    const data = await pixelFaces({ factors: [row, row.with(glasses, 9)], size: 16, cache });
    const x = data.values("x");
    const changed = new Set<number>();
    for (let i = 0; i < 768; i++) if (x[i] !== x[768 + i]) changed.add(Math.floor(i / 48));
    expect(data.info.factors[glasses]!.values.slice(0, 2)).toEqual(["none", "light01"]);
    expect([...changed].sort((a, b) => a - b)).toEqual([5, 6, 7]);
  });

  it("draws factors independently, absent parts with their share, and says what the classes are", async () => {
    const parts = { hair: ["short01", "long05"], skinColor: ["#8d5524"] };
    const data = await pixelFaces({ count: 1000, size: 16, parts, absent: 0.2, label: "hat", cache });
    const { factors, classNames } = data.info;
    expect(classNames).toEqual(factors[4]!.values);
    expect(factors.map(({ values }) => values.length)).toEqual([2, 12, 23, 15, 11, 9, 23, 5, 11, 6, 4, 6, 7, 12, 5, 1]);
    const [labels, rows] = [data.values("label"), data.values("factors")];
    labels.forEach((hat, i) => {
      expect(hat).toBe(rows[i * 16 + 4]);
    });
    // Shares of binomial draws, at four deviations.
    expect(Math.abs(labels.filter((hat) => hat === 0).length / 1000 - 0.2)).toBeLessThan(0.051);
    for (let hat = 1; hat < 11; hat++)
      expect(Math.abs(labels.filter((value) => value === hat).length / 1000 - 0.08)).toBeLessThan(0.035);
    const both = labels.filter((hat, i) => hat === 0 && rows[i * 16 + 3] === 0).length / 1000;
    expect(Math.abs(both - 0.04)).toBeLessThan(0.025);
  });

  it("enlarges each pixel to a square", async () => {
    const [small, large] = [await pixelFaces({ count: 2, size: 16, cache }), await pixelFaces({ count: 2, cache })];
    const [a, b] = [small.values("x"), large.values("x")];
    b.forEach((value, i) => {
      const [face, down, across, c] = [Math.floor(i / 3072), Math.floor(i / 96) % 32, Math.floor(i / 3) % 32, i % 3];
      expect(value).toBe(a[((face * 16 + (down >> 1)) * 16 + (across >> 1)) * 3 + c]);
    });
  });

  it("draws with wasm what it draws with the native library", async () => {
    const file = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
    await resvg.initWasm(await readFile(file));
    const options = { count: 40, seed: 9, size: 16 } as const;
    const native = await pixelFaces({ ...options, cache });
    const wasm = await pixelFaces({ ...options, cache: join(cache, "wasm"), modules: { resvg } });
    expect(wasm.values("x")).toEqual(native.values("x"));
  });

  it("reads what an earlier run kept, and draws again what is damaged", async () => {
    const folder = join(cache, "kept");
    const drawn = (await pixelFaces({ count: 2, seed: 5, cache: folder })).values("x");
    const [name] = await readdir(join(folder, "pixel-faces"));
    const file = join(folder, "pixel-faces", name!);
    const kept = await readFile(file);
    // Modules that cannot draw are not asked.
    const broken = { core: { createAvatar: () => "" } };
    expect((await pixelFaces({ count: 2, seed: 5, cache: folder, modules: broken })).values("x")).toEqual(drawn);
    await writeFile(file, kept.with(100, kept[100]! ^ 1));
    expect((await thrown(pixelFaces({ count: 2, seed: 5, cache: folder, modules: broken }))).message).toMatch(
      /expected @dicebear\/core 9/,
    );
    expect((await pixelFaces({ count: 2, seed: 5, cache: folder })).values("x")).toEqual(drawn);
    expect(await readFile(file)).toEqual(kept);
  });

  it("says how to install what is missing, and refuses parts that are none", async () => {
    const error = await thrown(optionalModule("pixelFaces", "@latentkit/absent", undefined));
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.message).toMatch(/npm install @latentkit\/absent/);
    for (const parts of [{ hair: ["bald"] }, { hair: [] }, { eyes: ["none"] }, { nose: ["variant01"] }]) {
      const refused = await thrown(pixelFaces({ count: 1, parts: parts as object, cache }));
      expect([refused.name, refused.message]).toEqual(["ConfigError", expect.stringMatching(/hair|eyes|nose/)]);
    }
  });

  it("asks for a module in a browser", async () => {
    vi.doMock("@latentkit/core/authoring", async (original) => ({
      ...(await original<object>()),
      inNode: () => false,
    }));
    vi.resetModules();
    const browser = await import("../src/index.js");
    const error = await thrown(browser.pixelFaces({ count: 1, seed: 77, cache }));
    expect([error.name, error.message]).toEqual([UnsupportedError.name, expect.stringMatching(/@resvg\/resvg-wasm/)]);
  });
});
