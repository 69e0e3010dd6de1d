import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gunzip } from "../src/idx/gunzip.js";
import { fromIdx, parseIdx } from "../src/index.js";
import { gzip, IMAGES, idxBytes, LABELS } from "./idx-files.js";
import { thrown } from "./support.js";

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "latentkit-idx-"));
  await writeFile(at("images"), IMAGES);
  await writeFile(at("images.gz"), gzip(IMAGES));
  await writeFile(at("labels.gz"), gzip(LABELS));
  await writeFile(at("cut.gz"), gzip(IMAGES).subarray(0, 30));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("parseIdx", () => {
  it("reads shapes and values", () => {
    const { shape, values } = parseIdx(IMAGES);
    expect(shape).toEqual([5, 2, 3]);
    expect([...values.subarray(0, 4)]).toEqual([0, 1, 2, 3]);
  });

  it("reads from the middle of a larger buffer", () => {
    const larger = new Uint8Array(LABELS.length + 7);
    larger.set(LABELS, 7);
    expect([...parseIdx(larger.subarray(7)).values]).toEqual([0, 1, 2, 1, 0]);
  });

  it.each([
    ["no bytes", new Uint8Array(0), /IDX header of 8 bytes, received a file of 0/],
    ["a cut header", IMAGES.subarray(0, 9), /IDX header of 16 bytes, received a file of 9.*fetch it again/],
    [
      "a web page",
      new TextEncoder().encode("<!doctype html><html></html>".repeat(50)),
      /magic number 00 00 08 0n, received 3c 21 64 6f/,
    ],
    ["floats", new Uint8Array([0, 0, 0x0d, 1, 0, 0, 0, 0]), /type 08, unsigned bytes, received type 0d/],
    ["no axes", new Uint8Array([0, 0, 8, 0, 0, 0, 0, 0]), /magic number/],
    ["missing values", IMAGES.subarray(0, 40), /30 values, shape \[5, 2, 3\], received 24.*cut off/],
    ["extra values", new Uint8Array([...LABELS, 1]), /5 values, shape \[5\], received 6.*damaged/],
    ["a huge claim", idxBytes([0xffffffff, 0xffffffff], [1]), /received 1; the file is cut off/],
  ])("refuses %s", async (_, bytes, message) => {
    const error = await thrown(() => parseIdx(bytes, "file"));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^file: /);
  });
});

describe("gunzip", () => {
  it("decompresses, and passes plain bytes", async () => {
    expect(await gunzip(gzip(IMAGES), "x", () => IMAGES.length)).toEqual(IMAGES);
    expect(await gunzip(IMAGES, "x", () => 1)).toBe(IMAGES);
  });

  it("refuses damaged data and more bytes than it was told to expect", async () => {
    const damaged = gzip(IMAGES);
    damaged[12]! ^= 0xff;
    expect((await thrown(gunzip(damaged, "x", () => IMAGES.length))).message).toMatch(
      /x: expected whole gzip data, received data that is damaged/,
    );
    expect((await thrown(gunzip(gzip(IMAGES).subarray(0, 25), "x", () => IMAGES.length))).message).toMatch(/truncated/);
    const bomb = gzip(new Uint8Array(20_000_000));
    const before = process.memoryUsage().arrayBuffers;
    expect((await thrown(gunzip(bomb, "x", () => 1000))).message).toMatch(/holds more than the 1000 bytes/);
    expect((await thrown(gunzip(bomb, "x", () => 2 ** 31))).message).toMatch(/cannot hold the 2147483648 bytes/);
    expect((await thrown(gunzip(gzip(IMAGES), "x", () => 500))).message).toMatch(/holds \d+ bytes instead of the 500/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });
});

describe("fromIdx", () => {
  it("takes the size from the header within the compressed data, and bounds it", async () => {
    const claims = (sizes: number[]) => gzip(Buffer.concat([idxBytes(sizes, []), new Uint8Array(20_000_000)]));
    await writeFile(at("bomb.gz"), claims([2, 3, 3]));
    await writeFile(at("claim.gz"), claims([60_000, 1000, 1000]));
    const labels = at("labels.gz");
    expect((await thrown(fromIdx({ images: at("bomb.gz"), labels }))).message).toMatch(/holds more than the 34 bytes/);
    const claimed = await thrown(fromIdx({ images: at("claim.gz"), labels }));
    expect(claimed.message).toMatch(/at most 1073741824 bytes .* announces 60000000016; allow more with `maxBytes`/);
    const small = await thrown(fromIdx({ images: at("images"), labels, maxBytes: 10 }));
    expect([small.name, small.message]).toEqual([
      "DataError",
      expect.stringMatching(/46 bytes, expected at most `maxBytes` 10/),
    ]);
  });

  it("reads files with and without gzip", async () => {
    for (const name of ["images", "images.gz"]) {
      const data = await fromIdx({ images: at(name), labels: at("labels.gz"), classNames: ["a", "b", "c"] });
      const { x, label } = data.gather([1]);
      expect(x.shape).toEqual([1, 2, 3, 1]);
      expect([...(await x.data())].map((value) => Math.round(value * 255))).toEqual([6, 7, 8, 9, 10, 11]);
      expect([...(await label.data())]).toEqual([1]);
      expect(data.info.classNames[1]).toBe("b");
      tf.dispose([x, label]);
    }
    expect((await fromIdx({ images: at("images"), labels: at("labels.gz") })).info.classNames).toEqual(["0", "1", "2"]);
  });

  it("says what is wrong with files", async () => {
    const labels = at("labels.gz");
    expect((await thrown(fromIdx({ images: at("absent"), labels }))).message).toMatch(/could not read .*absent/);
    expect((await thrown(fromIdx({ images: at("cut.gz"), labels }))).message).toMatch(
      /cut\.gz: .*damaged or truncated/,
    );
    expect((await thrown(fromIdx({ images: labels, labels: at("images") }))).message).toMatch(/exchanged\?/);
    expect((await thrown(fromIdx({ images: at("images"), labels, classNames: ["a"] }))).message).toMatch(
      /labels below 1, received 2/,
    );
    await writeFile(at("three"), idxBytes([3], [0, 1, 2]));
    const unequal = await thrown(fromIdx({ images: at("images"), labels: at("three") }));
    expect(unequal).toBeInstanceOf(DataError);
    expect(unequal.message).toMatch(/received 5 of 'x' and 3 of 'label'/);
  });
});
