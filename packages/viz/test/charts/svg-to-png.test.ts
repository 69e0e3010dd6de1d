import { ConfigError, DataError, UnsupportedError } from "@latentkit/core";
import { decodePng, lineChart, svgToPng } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
});

describe("svgToPng", () => {
  it("draws a chart's shapes at a scale", async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"><rect x="2" y="1" width="4" height="2" fill="#ff0000"/></svg>';
    const picture = decodePng(await svgToPng(svg, { scale: 3, systemFonts: false }));
    expect([picture.width, picture.height]).toEqual([30, 15]);
    const at = (x: number, y: number): number[] => [...picture.data.subarray((y * 30 + x) * 3, (y * 30 + x) * 3 + 3)];
    expect(at(10, 5)).toEqual([255, 0, 0]);
    expect(at(25, 12)).toEqual([255, 255, 255]);
  });

  it("refuses to leave text out on a machine without fonts, and what is no SVG", async () => {
    const chart = lineChart({ series: [{ name: "a", x: [1, 2], y: [1, 2] }] });
    await expect(svgToPng(chart, { systemFonts: false })).rejects.toThrow(UnsupportedError);
    await expect(svgToPng("<html>")).rejects.toThrow(DataError);
    await expect(svgToPng(chart, { scale: 0 })).rejects.toThrow(ConfigError);
  });
});
