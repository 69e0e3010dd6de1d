import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, DataError, ShapeError } from "@latentkit/core";
import { decodePng, encodePng, imageGrid, type Picture, pngDataUrl, savePicture, stackPictures } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { encode } from "fast-png";
import { beforeAll, describe, expect, it } from "vitest";
import { drawText, textHeight, textWidth } from "../../src/internal/pixel-font.js";
import { toRgba } from "../../src/picture/canvas.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

/** The bytes of one pixel. */
const pixel = ({ width, channels, data }: Picture, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels),
];

/** Images of one value each. */
const flat = (values: readonly number[], size = 3): tf.Tensor =>
  tf.tidy(() => tf.mul(tf.tensor(values, [values.length, 1, 1, 1]), tf.ones([1, size, size, 1])));

describe("imageGrid", () => {
  it("puts every image where it belongs, pixel by pixel, also after a PNG file and back", async () => {
    const images = tf.randomUniform([5, 3, 4, 3], 0, 1, "float32", 1);
    const values = await images.data();
    const before = tf.memory().numTensors;
    const sheet = await imageGrid(images, { columns: 2, upscale: 3, gap: 4, background: [10, 20, 30] });
    expect(tf.memory().numTensors).toBe(before);
    expect([sheet.width, sheet.height]).toEqual([4 + 2 * (4 * 3 + 4), 4 + 3 * (3 * 3 + 4)]);
    const read = decodePng(encodePng(sheet));
    expect(read).toEqual(sheet);
    const painted = new Set<number>();
    for (let i = 0; i < 5; i++) {
      for (let y = 0; y < 9; y++) {
        for (let x = 0; x < 12; x++) {
          const at = ((i * 3 + Math.floor(y / 3)) * 4 + Math.floor(x / 3)) * 3;
          const expected = [...values.subarray(at, at + 3)].map((v) => Math.round(v * 255));
          const place = [4 + (i % 2) * 16 + x, 4 + Math.floor(i / 2) * 13 + y] as const;
          expect(pixel(read, ...place)).toEqual(expected);
          painted.add(place[1] * sheet.width + place[0]);
        }
      }
    }
    for (let i = 0; i < sheet.width * sheet.height; i++) {
      if (!painted.has(i)) expect(pixel(read, i % sheet.width, Math.floor(i / sheet.width))).toEqual([10, 20, 30]);
    }
  });

  it("clips and counts what lies outside the range, and takes other ranges", async () => {
    const plain = { columns: 5, upscale: 1, gap: 0 };
    const sheet = await imageGrid(flat([-0.5, 0, 0.5, 1.0001, 7], 1), plain);
    expect([...sheet.data]).toEqual([0, 0, 128, 255, 255]);
    expect(sheet.clipped).toBe(2);
    const signed = await imageGrid(flat([-1, 0, 1], 1), { ...plain, range: [-1, 1] });
    expect([[...signed.data], signed.clipped]).toEqual([[0, 128, 255], 0]);
    const bytes = await imageGrid(flat([0, 17, 255], 1), { ...plain, range: [0, 255] });
    expect([...bytes.data]).toEqual([0, 17, 255]);
  });

  it("refuses NaN, undivided bytes, other ranks and channels, nothing, and options out of range", async () => {
    await expect(imageGrid(flat([0, Number.NaN]))).rejects.toThrow(/image 1 has NaN/);
    await expect(imageGrid(flat([0, 200]))).rejects.toThrow(/range: \[0, 255\]/);
    await expect(imageGrid(tf.zeros([4, 8, 8]))).rejects.toThrow(ShapeError);
    await expect(imageGrid(tf.zeros([4, 8, 8, 2]))).rejects.toThrow(/1 channel \(grey\) or 3/);
    await expect(imageGrid(tf.zeros([0, 8, 8, 1]))).rejects.toThrow(DataError);
    await expect(imageGrid(flat([0]), { upscale: 1.5 })).rejects.toThrow(ConfigError);
    await expect(imageGrid(flat([0]), { gap: -1 })).rejects.toThrow(/gap/);
    await expect(imageGrid(flat([0]), { columns: 0 })).rejects.toThrow(/columns/);
    await expect(imageGrid(flat([0]), { range: [1, 0] })).rejects.toThrow(/range/);
    await expect(imageGrid(flat([0]), { background: 300 })).rejects.toThrow(/0 to 255/);
    await expect(imageGrid(flat([0]), { colums: 2 } as never)).rejects.toThrow(/unknown option `colums`/);
  });

  it("makes room for labels and writes them there", async () => {
    const bare = await imageGrid(flat([0, 0], 20), { columns: 2 });
    const labelled = await imageGrid(flat([0, 0], 20), {
      ...{ columns: 2, labels: ["one", "a label too long for its image"] },
      ...{ rowLabels: ["row"], columnLabels: ["a", "b"] },
    });
    const line = textHeight(1) + 3;
    expect(labelled.height).toBe(bare.height + 2 * line);
    expect(labelled.width).toBe(bare.width + textWidth("row", 1) + 3 + 2);
    const ink = (from: number, to: number): number => {
      let count = 0;
      for (let y = from; y < to; y++)
        for (let x = 0; x < labelled.width; x++) count += Number(pixel(labelled, x, y)[0] === 40);
      return count;
    };
    expect(ink(0, 2 + line)).toBeGreaterThan(10); // "a" and "b"
    expect(ink(labelled.height - 2 - line, labelled.height)).toBeGreaterThan(30);
  });
});

describe("the pixel font", () => {
  it("has a different glyph for every printable character, and a question mark for others", () => {
    const draw = (text: string): string => {
      const plotted: string[] = [];
      drawText(text, 1, (x, y) => plotted.push(`${x},${y}`));
      return plotted.join(" ");
    };
    const glyphs = Array.from({ length: 95 }, (_, i) => draw(String.fromCharCode(32 + i)));
    expect(new Set(glyphs).size).toBe(95);
    expect(draw("ü")).toBe(draw("?"));
    expect(draw("−")).toBe(draw("-"));
    expect(draw("😀")).toBe(draw("?"));
    expect(draw("l").split(" ")).toEqual("1,0 2,0 2,1 2,2 2,3 2,4 2,5 1,6 2,6 3,6".split(" "));
  });
});

describe("PNG files", () => {
  it("keep grey and colour through files, data addresses and canvas bytes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "viz-"));
    try {
      const grey = await imageGrid(flat([0.25, 0.75], 4), { upscale: 1 });
      const path = join(folder, "deep", "grey.png");
      await savePicture(grey, path);
      expect(decodePng(readFileSync(path))).toEqual(grey);
      expect(readFileSync(path).subarray(1, 4).toString()).toBe("PNG");
      const url = pngDataUrl(grey);
      expect(url.startsWith("data:image/png;base64,")).toBe(true);
      expect(decodePng(Buffer.from(url.split(",")[1]!, "base64"))).toEqual(grey);
      const rgba = toRgba(grey);
      expect(rgba.length).toBe(4 * grey.width * grey.height);
      const middle = 4 * (4 * grey.width + 4);
      expect([...rgba.subarray(middle, middle + 4)]).toEqual([64, 64, 64, 255]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("reads greys of few bits as greys, and colours without their transparency", () => {
    const bits = { width: 3, height: 1, channels: 1 as const };
    expect([...decodePng(encode({ ...bits, depth: 2, data: Uint8Array.of(0b00_01_11_00) })).data]).toEqual([
      0, 85, 255,
    ]);
    expect([...decodePng(encode({ ...bits, depth: 1, data: Uint8Array.of(0b010_00000) })).data]).toEqual([0, 255, 0]);
    const colours = { width: 1, height: 1, depth: 8 as const };
    const seen = decodePng(encode({ ...colours, channels: 4, data: Uint8Array.of(1, 2, 3, 0) }));
    expect(seen).toEqual({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3), clipped: 0 });
    const png = encode({ ...colours, width: 2, channels: 1, data: Uint8Array.of(4, 5) });
    expect(() => decodePng(png, { maxPixels: 1 })).toThrow(/at most 1 pixels, received 1×2/);
  });

  it("takes the picture first, and says so", async () => {
    const picture: Picture = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7), clipped: 0 };
    await expect(savePicture("a.png" as never, picture as never)).rejects.toThrow(/savePicture\(picture, path\)/);
    await expect(savePicture(Promise.resolve(picture) as never, "a.png")).rejects.toThrow(/await it/);
    expect(() => encodePng({ ...picture, data: new Uint8Array(2) })).toThrow(/`picture` to be a picture such as/);
  });

  it("names a damaged file", () => {
    const png = encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64), clipped: 0 });
    expect(() => decodePng(png.subarray(0, 40))).toThrow(DataError);
    const flipped = png.slice();
    flipped[flipped.length - 20]! ^= 255;
    expect(() => decodePng(flipped)).toThrow(DataError);
    expect(() => decodePng(new TextEncoder().encode("<html>"))).toThrow(
      /decodePng: expected a whole PNG file, received one that begins otherwise/,
    );
  });
});

describe("stackPictures", () => {
  const square = (side: number, channels: 1 | 3, value: number): Picture => ({
    ...{ width: side, height: side, channels, clipped: 1 },
    data: new Uint8Array(side * side * channels).fill(value),
  });

  it("stacks and rows pictures of other sizes and channels", () => {
    const [small, large] = [square(2, 1, 9), square(3, 3, 7)];
    const down = stackPictures([small, large], { gap: 1, background: 0 });
    expect([down.width, down.height, down.channels, down.clipped]).toEqual([3, 6, 3, 2]);
    expect(pixel(down, 1, 1)).toEqual([9, 9, 9]);
    expect(pixel(down, 2, 0)).toEqual([0, 0, 0]);
    expect(pixel(down, 2, 5)).toEqual([7, 7, 7]);
    const across = stackPictures([small, large], { direction: "across", labels: ["a", "b"] });
    expect([across.width, across.height]).toEqual([5, 3 + textHeight(1) + 8]);
    expect(() => stackPictures([])).toThrow(ConfigError);
  });
});
