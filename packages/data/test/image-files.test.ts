import { UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { encode } from "fast-png";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { imageFiles } from "../src/index.js";
import { thrown } from "./support.js";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});
afterEach(() => vi.unstubAllGlobals());

type Pixels = Readonly<{ width: number; height: number; data: number[] }>;
const contents = new WeakMap<Blob, Pixels>();
const opened = { bitmaps: 0, closed: 0 };

/** A file of a drop, as a browser that decodes it to these colours and alphas sees it. */
function dropped(path: string, width: number, data: number[]): File {
  const height = data.length / 4 / width;
  const png = encode({ width, height, channels: 4, depth: 8, data: Uint8Array.from(data) });
  const file = new File([png as Uint8Array<ArrayBuffer>], path.split("/").at(-1)!);
  Object.defineProperty(file, "webkitRelativePath", { value: path.includes("/") ? path : "" });
  contents.set(file, { width, height, data });
  return file;
}

function browser(): void {
  vi.stubGlobal("createImageBitmap", async (file: Blob) => {
    const pixels = contents.get(file);
    if (pixels === undefined) throw new Error("The source image could not be decoded");
    opened.bitmaps++;
    return { ...pixels, close: () => opened.closed++ };
  });
  vi.stubGlobal(
    "OffscreenCanvas",
    class {
      getContext() {
        let drawn: Pixels;
        return {
          drawImage: (bitmap: Pixels) => {
            drawn = bitmap;
          },
          getImageData: () => ({ data: Uint8ClampedArray.from(drawn.data) }),
        };
      }
    },
  );
}

describe("imageFiles", () => {
  it("takes the folders of files as classes, and their pixels from the browser", async () => {
    browser();
    const files = [
      dropped("pets/dogs/a.png", 2, [10, 20, 30, 255, 1, 2, 3, 255]),
      dropped("pets/cats/b.png", 2, [5, 5, 5, 255, 100, 100, 100, 0]),
    ];
    const data = await imageFiles(files);
    expect([data.info.classNames, [...data.values("label")]]).toEqual([
      ["cats", "dogs"],
      [1, 0],
    ]);
    expect(data.fields.x!.shape).toEqual([1, 2, 3]);
    expect([...data.values("x")]).toEqual([10, 20, 30, 1, 2, 3, 5, 5, 5, 0, 0, 0]);
    expect(opened.bitmaps).toBe(opened.closed);
    const grey = await imageFiles([dropped("b.png", 1, [7, 7, 7, 255, 9, 9, 9, 255])], { flip: true });
    expect([grey.info.classNames, grey.fields.x!.shape, [...grey.values("x")]]).toEqual([
      ["."],
      [2, 1, 1],
      [7, 9, 7, 9],
    ]);
  });

  it("refuses large pictures before the browser decodes them, and names what it cannot decode", async () => {
    browser();
    const large = dropped("large.png", 3, new Array<number>(12).fill(0));
    const before = opened.bitmaps;
    expect((await thrown(imageFiles([large], { maxPixels: 2 }))).message).toMatch(/large\.png: .*at most 2.*1×3/);
    expect(opened.bitmaps).toBe(before);
    contents.delete(large);
    expect((await thrown(imageFiles([large]))).message).toMatch(/large\.png: .*cannot decode/);
    const fine = dropped("fine.png", 1, [1, 1, 1, 255]);
    const text = new File(["no picture"], "notes.txt");
    const data = await imageFiles([large, text, fine], { skipUnreadable: true });
    expect(data.size).toBe(1);
    expect(data.info.skipped.map((line) => /\w+\.\w+/.exec(line)?.[0])).toEqual(["large.png", "notes.txt"]);
    const named = await thrown(imageFiles([dropped("x/y/fine.png", 1, [1, 1, 1, 255])], { classNames: ["z"] }));
    expect(named.message).toMatch(/named z.*received y of fine\.png/);
  });

  it("says in Node.js that nothing decodes there", async () => {
    const error = await thrown(imageFiles([dropped("a.png", 1, [1, 1, 1, 255])]));
    expect([error.name, error.message]).toEqual([UnsupportedError.name, expect.stringMatching(/use imageFolder/)]);
  });
});
