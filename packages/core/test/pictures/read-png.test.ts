import { readFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { ConfigError, DataError } from "../../src/index.js";
import { type DecodedPicture, readPng } from "../../src/pictures/index.js";

interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly png: string;
  readonly rgba: string;
}
const cases: Case[] = JSON.parse(readFileSync(new URL("./fixtures/pictures.json", import.meta.url), "utf8"));

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

function chunk(name: string, body: Uint8Array): Buffer {
  const content = Buffer.concat([Buffer.from(name), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, sum]);
}

/** A PNG of 8-bit greys with any rows. */
function png(width: number, height: number, rows: Uint8Array, others: readonly Buffer[] = [], depth = 8): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  const [start, end] = [chunk("IHDR", header), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([signature, start, ...others, chunk("IDAT", deflateSync(rows, { level: 9 })), end]);
}

/** Any picture with four channels, as Pillow's RGBA. */
function rgba({ width, height, channels, data }: DecodedPicture): Uint8Array {
  const out = new Uint8Array(4 * width * height);
  const colours = channels < 3 ? 1 : 3;
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) out[4 * i + c] = data[i * channels + Math.min(c, colours - 1)]!;
    out[4 * i + 3] = channels % 2 === 0 ? data[i * channels + channels - 1]! : 255;
  }
  return out;
}

function outcomeOf(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe("readPng", () => {
  it.each(cases)("reads $name as Pillow and the specification do", (stored) => {
    const picture = readPng("test", bytesOf(stored.png));
    expect([picture.width, picture.height]).toEqual([stored.width, stored.height]);
    expect(rgba(picture)).toEqual(bytesOf(stored.rgba));
  });

  it("refuses what a header promises and the data cannot hold, before it takes memory", () => {
    const before = process.memoryUsage().arrayBuffers;
    const bomb = png(40_000, 40_000, new Uint8Array(3), [], 1);
    expect(bomb.length).toBeLessThan(80);
    expect(() => readPng("a.png", bomb)).toThrow(/a\.png: .*at most 67108864 pixels.*40000×40000.*maxPixels/);
    expect(() => readPng("a.png", bomb, { maxPixels: 2 ** 31 })).toThrow(/holds fewer bytes than the/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  it("stops at the first byte that the header does not promise", () => {
    const bomb = png(2, 2, new Uint8Array(100_000_000));
    const before = process.memoryUsage().arrayBuffers;
    expect(() => readPng("a.png", bomb)).toThrow(/holds more bytes than the 6 of its rows/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
    expect(() => readPng("a.png", png(2, 2, new Uint8Array(5)))).toThrow(/holds 5 bytes instead of the 6 of/);
    expect(() => readPng("a.png", png(2, 2, new Uint8Array(7)))).toThrow(/holds more bytes than the 6/);
  });

  it("does not decompress profiles and texts", () => {
    const packed = deflateSync(new Uint8Array(100_000_000));
    const profile = chunk("iCCP", Buffer.concat([Buffer.from("name\0\0"), packed]));
    const text = chunk("zTXt", Buffer.concat([Buffer.from("Comment\0\0"), packed]));
    const picture = readPng("a.png", png(2, 1, Uint8Array.of(0, 7, 9), [profile, text]));
    expect([...picture.data]).toEqual([7, 9]);
  });

  it("allows as many pixels as it is told to", () => {
    const rows = new Uint8Array(5 * 5);
    expect(() => readPng("a.png", png(4, 5, rows), { maxPixels: 19 })).toThrow(DataError);
    expect(readPng("a.png", png(4, 5, rows), { maxPixels: 20 }).data.length).toBe(20);
    expect(() => readPng("a.png", png(4, 5, rows), { maxPixels: 0 })).toThrow(ConfigError);
  });

  it("refuses every cut and most flipped bits of a file with a DataError, and gives a picture of the right size for the rest", () => {
    const whole = png(
      7,
      5,
      Uint8Array.from({ length: 40 }, (_, i) => (i % 8 === 0 ? (i / 8) % 5 : (i * 37) % 256)),
    );
    for (let length = 0; length < whole.length; length++) {
      expect(() => readPng("cut.png", whole.subarray(0, length))).toThrow(DataError);
    }
    let read = 0;
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const flipped = Uint8Array.from(whole);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const outcome = outcomeOf(() => readPng("flipped.png", flipped));
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(DataError);
      else read++;
    }
    expect(read).toBe(0);
  });

  it("refuses what is no PNG, unknown depths and filters, and colours outside the palette", () => {
    expect(() => readPng("a.png", new TextEncoder().encode("<html>"))).toThrow(/begins otherwise/);
    expect(() => readPng("a.png", png(2, 1, Uint8Array.of(0, 0), [], 3))).toThrow(/depth 3, kind 0/);
    expect(() => readPng("a.png", png(2, 1, Uint8Array.of(9, 7, 9)))).toThrow(/unknown way \(9\)/);
    expect(() => readPng("a.png", png(0, 1, Uint8Array.of(0)))).toThrow(/has 1×0 pixels/);
    const key = chunk("tRNS", Buffer.alloc(6));
    expect(() => readPng("a.png", png(2, 1, Uint8Array.of(0, 7, 9), [key]))).toThrow(/6 bytes of transparency/);
  });
});
