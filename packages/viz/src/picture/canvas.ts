import { UnsupportedError } from "@latentkit/core";
import { check } from "@latentkit/core/authoring";
import { checkPicture } from "../internal/check-picture.js";
import type { Picture } from "./picture.js";

/**
 * Draws a picture on a canvas of a browser, which takes the picture's size.
 *
 * @throws UnsupportedError when the canvas has no 2-D context, because it has another already.
 * @example
 * ```ts no-run
 * import { drawOnCanvas, imageGrid } from "@latentkit/viz";
 * import * as tf from "@tensorflow/tfjs";
 * drawOnCanvas(await imageGrid(tf.zeros([4, 8, 8, 1])), document.querySelector("canvas")!);
 * ```
 */
export function drawOnCanvas(picture: Picture, canvas: HTMLCanvasElement | OffscreenCanvas): void {
  checkPicture("drawOnCanvas", picture);
  check("drawOnCanvas").that("canvas", canvas, typeof canvas?.getContext === "function", "a canvas");
  const { width, height } = picture;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d") as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
  if (context === null) {
    throw new UnsupportedError("drawOnCanvas: the canvas has no 2-D context; give one that nothing else draws on.");
  }
  context.putImageData(new ImageData(toRgba(picture), width, height), 0, 0);
}

/** The bytes of a picture with four channels. */
export function toRgba({ width, height, channels, data }: Picture): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgba[i * 4 + c] = data[i * channels + (channels === 1 ? 0 : c)]!;
  }
  return rgba;
}
