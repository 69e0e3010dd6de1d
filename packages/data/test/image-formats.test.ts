import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { encode } from "fast-png";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { pictureHeader } from "../src/images/header.js";
import { imageFolder } from "../src/index.js";
import { thrown } from "./support.js";

interface Stored {
  readonly file: string;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly resized: number[];
}
const stored: Record<string, Stored> = JSON.parse(
  readFileSync(new URL("./fixtures/formats.json", import.meta.url), "utf8"),
);
const bytesOf = (name: string): Uint8Array => new Uint8Array(Buffer.from(stored[name]!.file, "base64"));

let folder: string;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latentkit-formats-"));
});
afterEach(async () => {
  vi.doUnmock("../src/drawn/optional-module.js");
  vi.resetModules();
  await rm(folder, { recursive: true, force: true });
});

async function put(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/** `imageFolder` where only some of the optional packages are installed. */
async function folderWith(...installed: string[]): Promise<typeof imageFolder> {
  vi.resetModules();
  vi.doMock("../src/drawn/optional-module.js", async (original) => {
    const { optionalModule } = await original<typeof import("../src/drawn/optional-module.js")>();
    return {
      optionalModule: (owner: string, name: string) =>
        optionalModule(owner, installed.includes(name) ? name : `@latentkit/no-${name}`, undefined),
    };
  });
  return (await import("../src/image-folder.js")).imageFolder;
}

/** Largest and mean distance of bytes. */
function apart(a: ArrayLike<number>, b: ArrayLike<number>): { most: number; mean: number } {
  const distances = Array.from(a, (value, i) => Math.abs(value - b[i]!));
  return { most: Math.max(...distances), mean: distances.reduce((sum, one) => sum + one, 0) / distances.length };
}

const options = { resize: [8, 12], fit: "stretch", background: 90 } as const;

describe("formats of imageFolder", () => {
  it.each(Object.entries(stored))("reads and resizes %s as Pillow does", async (name, { channels, resized }) => {
    await put(name, bytesOf(name));
    const data = await imageFolder(folder, options);
    expect(data.fields.x!.shape).toEqual([8, 12, channels]);
    const { most, mean } = apart(data.values("x"), resized);
    // Without a profile the four inks of CMYK have no one meaning.
    if (name === "cmyk.jpg") return expect(mean).toBeLessThan(30);
    // Decoders of lossy colour differ by a few levels.
    expect(mean).toBeLessThan(1);
    expect(most).toBeLessThanOrEqual(/webp|jpe?g/.test(name) ? 4 : 1);
  });

  it.each(Object.keys(stored).filter((name) => /^(grey|progressive|turned)/.test(name)))(
    "reads %s with jpeg-js alone",
    async (name) => {
      await put(name, bytesOf(name));
      const data = await (await folderWith("jpeg-js"))(folder, options);
      expect(data.fields.x!.shape[2]).toBe(stored[name]!.channels);
      expect(apart(data.values("x"), stored[name]!.resized).most).toBeLessThanOrEqual(4);
    },
  );

  it("says what to install for a format, and reads PNG without anything", async () => {
    const bare = await folderWith();
    await put("plain.png", bytesOf("plain.png"));
    expect((await bare(folder)).size).toBe(1);
    await put("a.jpg", bytesOf("grey.jpg"));
    const error = await thrown(bare(folder, { skipUnreadable: true }));
    expect([error.name, error.message]).toEqual([
      UnsupportedError.name,
      expect.stringMatching(/a\.jpg: jpeg .*npm install sharp, or slower npm install jpeg-js/),
    ]);
    await rm(join(folder, "a.jpg"));
    await put("a.gif", bytesOf("moving.gif"));
    expect((await thrown((await folderWith("jpeg-js"))(folder))).message).toMatch(/gif .*npm install sharp\.$/);
  });

  it("knows every picture's size from its header, and refuses large ones before decoding", async () => {
    for (const [name, { height, width }] of Object.entries(stored)) {
      const header = pictureHeader(bytesOf(name))!;
      const turned = header.orientation > 4;
      expect([name, header.height, header.width]).toEqual([name, turned ? width : height, turned ? height : width]);
    }
    for (let i = 1; i <= 8; i++) expect(pictureHeader(bytesOf(`turned${i}.jpg`))!.orientation).toBe(i);
    for (const name of ["grey.jpg", "lossy.webp", "lossless.webp", "alpha.webp", "moving.gif", "plain.png"]) {
      const path = await put(name, bytesOf(name));
      const message = (await thrown(imageFolder(folder, { maxPixels: 1319 }))).message;
      expect(message).toMatch(/at most 1319 pixels, received 30×44/);
      await rm(path);
    }
    // A file that ends before it tells, at every length, is no picture.
    for (const name of Object.keys(stored)) {
      const bytes = bytesOf(name);
      for (let length = 0; length < 40; length++) expect(() => pictureHeader(bytes.subarray(0, length))).not.toThrow();
    }
  });

  it("names damaged files, and leaves them out on request", async () => {
    await put("cats/a.jpg", bytesOf("grey.jpg"));
    await put("cats/b.jpg", bytesOf("grey.jpg").subarray(0, 500));
    await put("dogs/c.webp", bytesOf("lossy.webp").subarray(0, 60));
    await put("dogs/d.gif", Uint8Array.of(1, 2, 3));
    await put("dogs/e.bmp", Uint8Array.of(1, 2, 3));
    expect((await thrown(imageFolder(folder))).message).toMatch(/e\.bmp/);
    const data = await imageFolder(folder, { skipUnreadable: true });
    expect(data.size).toBe(1);
    expect(data.info.skipped.map((line) => /[a-e]\.\w+/.exec(line)?.[0])).toEqual([
      "e.bmp",
      "b.jpg",
      "c.webp",
      "d.gif",
    ]);
  });

  it("crops, shows the whole between stripes, and adds mirror images", async () => {
    const pixels = (values: number[], width: number) =>
      encode({ width, height: values.length / width, channels: 1, depth: 8, data: new Uint8Array(values) });
    await put("a.png", pixels([1, 2, 3, 4, 5, 6, 7, 8], 4));
    const values = async (given: Parameters<typeof imageFolder>[1]) => [
      ...(await imageFolder(folder, given)).values("x"),
    ];
    expect(await values({ crop: [2, 2] })).toEqual([2, 3, 6, 7]);
    expect(await values({ flip: true })).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 4, 3, 2, 1, 8, 7, 6, 5]);
    expect(await values({ resize: [4, 4], fit: "contain", background: 9 })).toEqual([
      ...[9, 9, 9, 9],
      ...[1, 2, 3, 4, 5, 6, 7, 8],
      ...[9, 9, 9, 9],
    ]);
    expect((await thrown(imageFolder(folder, { crop: [3, 2] }))).message).toMatch(/at least 3×2 pixels.*received 2×4/);
  });

  it("keeps the finished bytes: the second run decodes nothing, until a file or an option changes", async () => {
    const cache = join(folder, "cache");
    const pictures = join(folder, "pictures");
    for (const name of ["grey.jpg", "plain.png"]) await put(`pictures/cats/${name}`, bytesOf(name));
    await put("pictures/dogs/b.jpg", bytesOf("grey.jpg").subarray(0, 500));
    const given = { ...options, skipUnreadable: true, cache };
    const first = await imageFolder(pictures, given);
    const [kept] = await readdir(join(cache, "image-folders"));
    const path = join(cache, "image-folders", kept!);
    const before = new Uint8Array(await readFile(path));
    const again = await imageFolder(pictures, given);
    expect([...again.values("x")]).toEqual([...first.values("x")]);
    expect([again.info, [...again.values("label")]]).toEqual([first.info, [...first.values("label")]]);
    // Other bytes under their right checksum are taken: nothing was decoded. Under a wrong one they are not.
    const other = before.with(before.length - 1, before.at(-1)! ^ 1);
    await writeFile(path, other);
    expect([...(await imageFolder(pictures, given)).values("x")]).toEqual([...first.values("x")]);
    expect((await readFile(path)).at(-1)).toBe(before.at(-1));
    other.set(createHash("sha256").update(other.subarray(32)).digest());
    await writeFile(path, other);
    expect((await imageFolder(pictures, given)).values("x").at(-1)).toBe(other.at(-1));
    await imageFolder(pictures, { ...given, background: 3 });
    await utimes(join(pictures, "cats", "grey.jpg"), 1, 1);
    await imageFolder(pictures, given);
    expect((await readdir(join(cache, "image-folders"))).length).toBe(3);
  });
});
