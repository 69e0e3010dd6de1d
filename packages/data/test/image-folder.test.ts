import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { ConfigError, DataError, UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { encode, type ImageData } from "fast-png";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { cropTo, resize } from "../src/images/resize.js";
import { imageFolder } from "../src/index.js";
import { thrown } from "./support.js";

let folder: string;

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "latentkit-images-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(name: string, image: ImageData | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), image instanceof Uint8Array ? image : encode(image));
}

const grey = (values: number[], width = 2): ImageData => ({
  width,
  height: values.length / width,
  channels: 1,
  depth: 8,
  data: new Uint8Array(values),
});

/** 2×1 pixels of (200, 200, 200) and (9, 9, 9), the first of them declared transparent. */
function keyedPng(): Uint8Array {
  const whole = encode({ width: 2, height: 1, channels: 3, depth: 8, data: new Uint8Array([200, 200, 200, 9, 9, 9]) });
  const content = Buffer.concat([Buffer.from("tRNS"), Uint8Array.of(0, 200, 0, 200, 0, 200)]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(6);
  sum.writeUInt32BE(crc32(content));
  // After the signature and the header.
  return Buffer.concat([whole.subarray(0, 33), length, content, sum, whole.subarray(33)]);
}

describe("imageFolder", () => {
  it("takes subfolders as classes, in sorted order, deeper folders and capitals included", async () => {
    await put("dogs/b.png", grey([1, 2, 3, 4]));
    await put("cats/deep/a.PNG", grey([5, 6, 7, 8]));
    await put("cats/c.png", grey([9, 10, 11, 12]));
    await put("cats/notes.txt", new Uint8Array([1]));
    await put(".hidden/x.png", grey([0, 0, 0, 0]));
    const data = await imageFolder(folder);
    expect(data.info.classNames).toEqual(["cats", "dogs"]);
    expect([...data.values("label")]).toEqual([0, 0, 1]);
    expect([...data.values("x")]).toEqual([9, 10, 11, 12, 5, 6, 7, 8, 1, 2, 3, 4]);
    expect(data.fields.x).toMatchObject({ shape: [2, 2, 1], scale: 1 / 255 });
  });

  it("takes loose files as one class", async () => {
    await put("a.png", grey([1, 2, 3, 4]));
    const data = await imageFolder(folder);
    expect([data.size, data.info.classNames]).toEqual([1, ["."]]);
  });

  it("decodes every depth and kind of PNG to bytes", async () => {
    await put("a.png", { width: 3, height: 2, channels: 1, depth: 1, data: new Uint8Array([0b10100000, 0b01000000]) });
    await put("b.png", { width: 3, height: 2, channels: 1, depth: 4, data: new Uint8Array([0x0f, 0x80, 0x12, 0x30]) });
    await put("c.png", {
      width: 3,
      height: 2,
      channels: 1,
      depth: 16,
      data: new Uint16Array([0, 257, 65535, 128, 129, 514]),
    });
    const data = await imageFolder(folder);
    expect([...data.values("x")]).toEqual([
      ...[255, 0, 255, 0, 255, 0],
      ...[0, 255, 136, 17, 34, 51],
      ...[0, 1, 255, 0, 1, 2],
    ]);
  });

  it("decodes a palette", async () => {
    // Written with Python's zlib: 3×2 pixels of two bits each, 0 1 2 and 2 1 0, into red, green and (10, 20, 30).
    const png =
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAgMAAADgGo6JAAAACVBMVEX/AAAA/wAKFB7Zfk3nAAAADElEQVR4nGOQYJgAAADcAKls58AjAAAAAElFTkSuQmCC";
    await put("a.png", new Uint8Array(Buffer.from(png, "base64")));
    const [red, green, other] = [
      [255, 0, 0],
      [0, 255, 0],
      [10, 20, 30],
    ];
    const data = await imageFolder(folder);
    expect([...data.values("x")]).toEqual([red, green, other, other, green, red].flat());
  });

  it("keeps colour, makes grey of it on request, and lays transparency over a background", async () => {
    await put("a.png", { width: 1, height: 1, channels: 4, depth: 8, data: new Uint8Array([200, 100, 0, 128]) });
    await put("b.png", { width: 1, height: 1, channels: 2, depth: 8, data: new Uint8Array([255, 0]) });
    const values = async (options: Parameters<typeof imageFolder>[1]) => [
      ...(await imageFolder(folder, options)).values("x"),
    ];
    expect(await values({})).toEqual([100, 50, 0, 0, 0, 0]);
    expect(await values({ background: 255 })).toEqual([227, 177, 127, 255, 255, 255]);
    expect(await values({ channels: 1 })).toEqual([Math.round((128 / 255) * (0.299 * 200 + 0.587 * 100)), 0]);
    expect(await values({ channels: 4 })).toEqual([200, 100, 0, 128, 255, 255, 255, 0]);
  });

  it("brings pictures to one size, cutting the sides or distorting", async () => {
    await put("a.png", grey([0, 100, 100, 0, 0, 100, 100, 0], 4));
    await put("b.png", grey([40, 40, 40, 40], 2));
    const cover = await imageFolder(folder, { resize: [1, 1] });
    expect([...cover.values("x")]).toEqual([100, 40]);
    const stretch = await imageFolder(folder, { resize: [1, 2], fit: "stretch" });
    expect(stretch.size).toBe(2);
    expect(stretch.values("x")[0]).toBeLessThan(100);
  });

  it("says what is wrong, and with which file", async () => {
    expect((await thrown(imageFolder(folder))).message).toMatch(
      /PNG, JPEG, WebP or GIF files in .*, received an empty or missing folder/,
    );
    expect(await thrown(imageFolder(join(folder, "absent")))).toBeInstanceOf(DataError);
    await put("photo.jpg", new Uint8Array([0xff, 0xd8]));
    expect((await thrown(imageFolder(folder))).message).toMatch(/photo\.jpg: expected a whole PNG, JPEG/);
    await rm(join(folder, "photo.jpg"));
    await put("a.png", grey([1, 2, 3, 4]));
    await put("b.png", grey([1, 2, 3, 4, 5, 6], 3));
    expect((await thrown(imageFolder(folder))).message).toMatch(
      /one size, received 2×2 for .*a\.png and 2×3 for .*b\.png; pass resize/,
    );
    await put("b.png", new Uint8Array([1, 2, 3]));
    const damaged = await thrown(imageFolder(folder));
    expect(damaged).toBeInstanceOf(DataError);
    expect(damaged.message).toMatch(/b\.png: expected a whole PNG file, received one that begins otherwise/);
    const bytes = encode(grey([1, 2, 3, 4]));
    bytes[bytes.length - 20]! ^= 0xff;
    await put("b.png", bytes);
    expect((await thrown(imageFolder(folder))).message).toMatch(/b\.png: .* has a wrong checksum in its chunk IDAT/);
    await rm(join(folder, "b.png"));
    await put("sub/c.png", grey([1, 2, 3, 4]));
    expect((await thrown(imageFolder(folder))).message).toMatch(/received both; move .*a\.png/);
    for (const wrong of [
      { resize: [4] },
      { resize: [0, 4] },
      { fit: "crop" },
      { channels: 2 },
      { background: 300 },
      { size: 3 },
      { skipUnreadable: 1 },
      { classNames: [] },
      { maxPixels: 0 },
      { signal: new AbortController() },
    ]) {
      expect(await thrown(imageFolder(folder, wrong as never)), JSON.stringify(wrong)).toBeInstanceOf(ConfigError);
    }
  });

  it("numbers all subfolders, so that a class without pictures does not shift the others", async () => {
    for (const name of ["cats", "dogs", "owls"]) await put(`train/${name}/1.png`, grey([1, 2, 3, 4]));
    for (const name of ["cats", "owls"]) await put(`test/${name}/1.png`, grey([1, 2, 3, 4]));
    await mkdir(join(folder, "test", "dogs"));
    const [train, test] = [await imageFolder(join(folder, "train")), await imageFolder(join(folder, "test"))];
    expect(test.info.classNames).toEqual(train.info.classNames);
    expect([[...train.values("label")], [...test.values("label")]]).toEqual([
      [0, 1, 2],
      [0, 2],
    ]);
    await rm(join(folder, "test", "dogs"), { recursive: true });
    const { classNames } = train.info;
    const told = await imageFolder(join(folder, "test"), { classNames });
    expect([[...told.values("label")], told.info.classNames]).toEqual([[0, 2], classNames]);
    await put("test/wolves/1.png", grey([1, 2, 3, 4]));
    const error = await thrown(imageFolder(join(folder, "test"), { classNames }));
    expect([error.name, error.message]).toEqual([
      "DataError",
      expect.stringMatching(/cats, dogs, owls.*received wolves/),
    ]);
  });

  it("never loses pictures silently: other formats, damage and pipes are refused by name, or listed", async () => {
    await put("dogs/1.png", grey([1, 2, 3, 4]));
    await put("dogs/2.jpeg", new Uint8Array([0xff]));
    await put("cats/1.jpg", new Uint8Array([0xff]));
    await put("owls/1.png", encode(grey([1, 2, 3, 4])).subarray(0, 40));
    execFileSync("mkfifo", [join(folder, "dogs", "3.png"), join(folder, "dogs", "pipe")]);
    await symlink(join(folder, "nowhere"), join(folder, "dogs", "4.png"));
    const error = await thrown(imageFolder(folder));
    expect(error).toBeInstanceOf(DataError);
    for (const name of ["dogs/3.png", "dogs/4.png"]) expect(error.message).toContain(name);
    const data = await imageFolder(folder, { skipUnreadable: true });
    expect([data.size, data.info.classNames, [...data.values("label")]]).toEqual([1, ["cats", "dogs", "owls"], [1]]);
    expect(data.info.skipped.map((line) => /\w+\/\d\.\w+/.exec(line)?.[0])).toEqual([
      "dogs/3.png",
      "dogs/4.png",
      "cats/1.jpg",
      "dogs/2.jpeg",
      "owls/1.png",
    ]);
  });

  it("ends at a link that leads back, and when it is asked to", async () => {
    await put("dogs/1.png", grey([1, 2, 3, 4]));
    const controller = new AbortController();
    controller.abort(new Error("enough"));
    await expect(imageFolder(folder, { signal: controller.signal })).rejects.toThrow("enough");
    await symlink(join(folder, "dogs"), join(folder, "dogs", "again"));
    expect((await thrown(imageFolder(folder))).message).toMatch(/at most 32 deep, received .*again.*link lead back/);
  });

  it("makes a declared colour transparent", async () => {
    await put("a.png", keyedPng());
    expect([...(await imageFolder(folder, { channels: 4 })).values("x")]).toEqual([200, 200, 200, 0, 9, 9, 9, 255]);
    expect([...(await imageFolder(folder, { background: 0 })).values("x")]).toEqual([0, 0, 0, 9, 9, 9]);
    expect([...(await imageFolder(folder, { background: 255 })).values("x")]).toEqual([255, 255, 255, 9, 9, 9]);
  });

  it("refuses a picture of more pixels than it may have", async () => {
    await put("a.png", grey([1, 2, 3, 4, 5, 6], 3));
    expect((await thrown(imageFolder(folder, { maxPixels: 5 }))).message).toMatch(
      /a\.png: .*at most 5 pixels, received 2×3/,
    );
    expect((await imageFolder(folder, { maxPixels: 6 })).size).toBe(1);
  });

  it("says in a browser that there are no folders", async () => {
    vi.doMock("@latentkit/core/files", () => import("../../core/src/files/browser.js"));
    vi.resetModules();
    const browser = await import("../src/image-folder.js");
    const error = await thrown(browser.imageFolder("x"));
    expect(error.name).toBe(UnsupportedError.name);
    expect(error.message).toMatch(/use imageFiles/);
    vi.doUnmock("@latentkit/core/files");
    vi.resetModules();
  });
});

describe("resize", () => {
  interface Case {
    height: number;
    width: number;
    channels: 1 | 3;
    to: [number, number];
    input: number[];
    output: number[];
  }
  const cases: Case[] = JSON.parse(readFileSync(new URL("./fixtures/resize.json", import.meta.url), "utf8"));

  it.each(cases)("agrees with PyTorch from $height×$width to $to", ({ height, width, channels, to, input, output }) => {
    const { data } = resize({ height, width, channels, data: new Uint8Array(input) }, ...to);
    // Half a unit is what rounding to bytes may change.
    data.forEach((value, i) => {
      expect(Math.abs(value - output[i]!)).toBeLessThanOrEqual(0.501);
    });
    expect(data.length).toBe(output.length);
  });

  interface AlphaCase extends Omit<Case, "channels"> {}
  const alphaCases: AlphaCase[] = JSON.parse(
    readFileSync(new URL("./fixtures/resize-alpha.json", import.meta.url), "utf8"),
  );

  it.each(alphaCases)("weighs colours by alpha as Pillow does from $height×$width to $to", (stored) => {
    const { height, width, to, input, output } = stored;
    const { data } = resize({ height, width, channels: 4, data: new Uint8Array(input) }, ...to);
    let compared = 0;
    for (let i = 0; i < output.length; i += 4) {
      expect(Math.abs(data[i + 3]! - output[i + 3]!)).toBeLessThanOrEqual(1);
      // Pillow keeps products with alpha in bytes: a colour is off by up to 1.5 · 255 / alpha.
      const tolerance = output[i + 3] === 0 ? 255 : 1 + (1.5 * 255) / output[i + 3]!;
      if (tolerance > 6) continue;
      compared++;
      for (let c = 0; c < 3; c++) expect(Math.abs(data[i + c]! - output[i + c]!)).toBeLessThanOrEqual(tolerance);
    }
    expect(compared).toBeGreaterThan(output.length / 16);
  });

  it("leaves no seam of colours that cannot be seen", () => {
    const data = Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 0);
    expect([...resize({ height: 1, width: 2, channels: 4, data }, 1, 1).data]).toEqual([255, 0, 0, 128]);
    expect([...resize({ height: 1, width: 2, channels: 2, data: Uint8Array.of(80, 255, 9, 0) }, 1, 1).data]).toEqual([
      80, 128,
    ]);
  });

  it("cuts the middle out", () => {
    const picture = { height: 1, width: 5, channels: 1 as const, data: new Uint8Array([1, 2, 3, 4, 5]) };
    expect([...cropTo(picture, 2, 6).data]).toEqual([2, 3, 4]);
    expect(cropTo(picture, 1, 5)).toBe(picture);
  });
});
