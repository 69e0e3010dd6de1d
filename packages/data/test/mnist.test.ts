import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError, DataError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Catalogue } from "../src/idx/catalogue.js";
import { load } from "../src/idx/load.js";
import { mnist } from "../src/index.js";
import { gzip, IMAGES, LABELS } from "./idx-files.js";
import { thrown } from "./support.js";

const describeFile = (name: string, bytes: Uint8Array) => ({
  name,
  bytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});
const part = { images: describeFile("images", IMAGES), labels: describeFile("labels", LABELS) };
const small: Catalogue = {
  owner: "mnist",
  folder: "small",
  mirrors: ["https://one.test/data", "https://two.test/data/"],
  classNames: ["a", "b", "c"],
  files: { train: part, test: part },
};

let folder: string;
let cache: string;
let served: Record<string, Uint8Array | "down">;
let asked: string[];

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latentkit-mnist-"));
  cache = join(folder, "cache");
  served = {};
  asked = [];
  vi.stubEnv("LATENTKIT_DATA", undefined);
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    const answer = served[url];
    if (answer === "down") throw new TypeError("fetch failed");
    return answer === undefined ? new Response("", { status: 404 }) : new Response(answer as BodyInit);
  });
});

afterEach(async () => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.doUnmock("@latentkit/core/files");
  vi.resetModules();
  await rm(folder, { recursive: true, force: true });
});

async function put(where: string, files: Record<string, Uint8Array>): Promise<void> {
  await mkdir(join(where, "small"), { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(where, "small", name), bytes);
}

describe("where published data comes from", () => {
  it("reads a given folder, gzip or not, without asking anybody", async () => {
    await put(folder, { "images.gz": gzip(IMAGES), labels: LABELS });
    const data = await load(small, { folder, split: "test" });
    expect([data.size, data.info.classNames]).toEqual([5, ["a", "b", "c"]]);
    expect(data.values("x")).toBeInstanceOf(Uint8Array);
    expect([...data.values("label")]).toEqual([0, 1, 2, 1, 0]);
    expect(asked).toEqual([]);
  });

  it("reads the folder that LATENTKIT_DATA names, and goes on where it lacks the data", async () => {
    await put(folder, { "images.gz": gzip(IMAGES), labels: LABELS });
    vi.stubEnv("LATENTKIT_DATA", folder);
    expect((await load(small, { cache })).size).toBe(5);
    vi.stubEnv("LATENTKIT_DATA", join(folder, "elsewhere"));
    served = { "https://one.test/data/images.gz": gzip(IMAGES), "https://one.test/data/labels.gz": gzip(LABELS) };
    expect((await load(small, { cache })).size).toBe(5);
  });

  it("reads an address given as the folder", async () => {
    served = { "https://mine.test/d/small/images.gz": gzip(IMAGES), "https://mine.test/d/small/labels": LABELS };
    expect((await load(small, { folder: "https://mine.test/d" })).size).toBe(5);
  });

  it("downloads once, from the first mirror whose file is right, and keeps it", async () => {
    const other = gzip(new Uint8Array(IMAGES.length));
    served = {
      "https://one.test/data/images.gz": other,
      "https://one.test/data/labels.gz": "down",
      "https://two.test/data/images.gz": gzip(IMAGES),
      // A server that has decompressed the file on its way.
      "https://two.test/data/labels.gz": LABELS,
    };
    expect((await load(small, { cache })).size).toBe(5);
    expect((await readdir(join(cache, "small"))).sort()).toEqual(["images.gz", "labels.gz"]);
    asked = [];
    expect((await load(small, { cache })).size).toBe(5);
    expect(asked).toEqual([]);
  });

  it("replaces a damaged file in the cache", async () => {
    await put(cache, { "images.gz": gzip(IMAGES).subarray(0, 20), "labels.gz": gzip(LABELS) });
    served = { "https://one.test/data/images.gz": gzip(IMAGES) };
    expect((await load(small, { cache })).size).toBe(5);
    served = {};
    expect((await load(small, { cache })).size).toBe(5);
  });

  it("uses other mirrors when they are given", async () => {
    served = { "https://own.test/images.gz": gzip(IMAGES), "https://own.test/labels.gz": gzip(LABELS) };
    expect((await load(small, { cache, mirrors: ["https://own.test"] })).size).toBe(5);
  });

  it("works in a browser, which has neither folders nor an environment", async () => {
    vi.doMock("@latentkit/core/files", () => import("../../core/src/files/browser.js"));
    vi.resetModules();
    const browser = await import("../src/idx/load.js");
    served = { "https://one.test/data/images.gz": gzip(IMAGES), "https://one.test/data/labels.gz": gzip(LABELS) };
    expect((await browser.load(small, {})).size).toBe(5);
    expect(asked).toEqual(["https://one.test/data/images.gz", "https://one.test/data/labels.gz"]);
    vi.stubGlobal("location", { href: "https://app.test/page/" });
    served = {
      "https://app.test/page/d/small/images.gz": gzip(IMAGES),
      "https://app.test/page/d/small/labels.gz": LABELS,
    };
    expect((await browser.load(small, { folder: "d" })).size).toBe(5);
  });
});

describe("what is said when published data cannot be had", () => {
  const message = async (options: Parameters<typeof load>[1]) => {
    const error = await thrown(load(small, options));
    expect(error).toBeInstanceOf(DataError);
    return error.message;
  };

  it("names the folder that lacks it", async () => {
    expect(await message({ folder })).toMatch(
      /expected images\.gz or images in .*small, found neither; name the folder that contains small\//,
    );
  });

  it("names a file with another content, and both digests", async () => {
    await put(folder, { images: IMAGES.slice().fill(7, 20), labels: LABELS });
    expect(await message({ folder })).toMatch(
      new RegExp(
        `small/images: expected 46 bytes with SHA-256 ${part.images.sha256}.*received 46 bytes with [0-9a-f]{64}`,
      ),
    );
  });

  it("names a damaged and a far too large file", async () => {
    await put(folder, { "images.gz": gzip(IMAGES).subarray(0, 30) });
    expect(await message({ folder })).toMatch(
      /images\.gz: expected whole gzip data, received data that is damaged or truncated/,
    );
    await put(folder, { "images.gz": gzip(new Uint8Array(1_000_000)) });
    expect(await message({ folder })).toMatch(/holds more than the 46 bytes that/);
  });

  it("lists every place tried, and says how to do without a network", async () => {
    served = { "https://one.test/data/images.gz": "down" };
    const said = await message({ cache });
    expect(said).toMatch(/Without a network, put images\.gz into a folder named small and point LATENTKIT_DATA/);
    expect(said).toMatch(/could not reach https:\/\/one\.test/);
    expect(said).toMatch(/https:\/\/two\.test\/data\/images\.gz answered 404/);
  });

  it("says that the cache cannot be written", async () => {
    served = { "https://one.test/data/images.gz": gzip(IMAGES) };
    await mkdir(cache);
    await writeFile(join(cache, "file"), "");
    expect(await message({ cache: join(cache, "file", "x") })).toMatch(/could not (keep|list)/);
  });

  it("refuses misspelt options", async () => {
    expect(await thrown(mnist({ spilt: "test" } as never))).toBeInstanceOf(ConfigError);
    expect(await thrown(mnist({ split: "validation" as "test" }))).toBeInstanceOf(ConfigError);
  });
});

/** The data folder of the machine, when there is one; a relative path counts from the root of the repository. */
const root = fileURLToPath(new URL("../../..", import.meta.url));
const local = process.env.LATENTKIT_DATA && resolve(root, process.env.LATENTKIT_DATA);
const present = local !== undefined && existsSync(join(local, "mnist"));
if (!present)
  console.warn("SKIPPED: the tests on the real MNIST files; set LATENTKIT_DATA to a folder that holds mnist/.");

describe.skipIf(!present)("the real MNIST files", () => {
  it.each([
    ["train", 60_000, 5],
    ["test", 10_000, 7],
  ] as const)("loads the %s images", async (split, count, firstLabel) => {
    const data = await mnist({ split, folder: local! });
    expect([data.size, data.fields.x?.shape, data.values("label")[0]]).toEqual([count, [28, 28, 1], firstLabel]);
    // Mean grey values of the published sets, known from every tutorial's normalisation: 0.1307 and 0.1325.
    let sum = 0;
    for (const value of data.values("x")) sum += value;
    const mean = sum / (count * 784 * 255);
    expect(mean).toBeCloseTo(split === "train" ? 0.1307 : 0.1325, 4);
  });
});
