import * as tf from "@tensorflow/tfjs";
import { reader, type Shape4D, type TransformAttrs, transformPictures } from "../internal/warp.js";
import type { TensorInfo } from "./backend.js";
import { all, refuse, types } from "./checks.js";
import { type Check, type KernelCall, replaceKernel, valuesOf } from "./kernel.js";

interface RotateAttrs {
  readonly radians: number;
  readonly fillValue: number | [number, number, number];
  readonly center: number | [number, number];
}

type Maps = "image" | "transforms";

/**
 * Rotations and projective maps of pictures. The shipped rotation fills a fourth channel with 255 whatever it is told, the shipped map
 * is wrong where pictures are reflected at their edges.
 */
export function replaceWarps(): void {
  const ofNumbers = all<"image", RotateAttrs>(pictures, types(["image"], "float32", "int32"));
  replaceKernel<"image", RotateAttrs>("RotateWithOffset", ofNumbers, () => rotate);
  replaceKernel<Maps, TransformAttrs>("Transform", mapsFit, () => ({ inputs, attrs, backend }) => {
    const { image, transforms } = inputs;
    const [batch, height, width, channels] = image.shape as Shape4D;
    const size = attrs.outputShape ?? [height, width];
    const out = backend.makeOutput([batch, ...size, channels], "float32");
    transformPictures(
      { shape: image.shape as Shape4D, values: valuesOf(backend, image) },
      { count: transforms.shape[0]!, values: valuesOf(backend, transforms) },
      { size, values: valuesOf(backend, out) },
      attrs,
    );
    return out;
  });
}

const pictures: Check<"image", unknown> = ({ inputs: { image } }, name) => {
  if (image.shape.length !== 4) refuse(name, `expected images of rank 4, received [${image.shape.join(", ")}].`);
};

const mapsFit: Check<Maps, TransformAttrs> = (call, name) => {
  pictures(call, name);
  types(["image", "transforms"], "float32")(call, name);
  const { image, transforms } = call.inputs;
  const [maps, numbers] = transforms.shape;
  if (transforms.shape.length !== 2 || numbers !== 8 || (maps !== 1 && maps !== image.shape[0])) {
    refuse(name, `expected transforms of [1 or ${image.shape[0]}, 8], received [${transforms.shape.join(", ")}].`);
  }
};

function rotate({ inputs: { image }, attrs, backend }: KernelCall<"image", RotateAttrs>): TensorInfo {
  const [batch, height, width, channels] = image.shape as Shape4D;
  const [cx, cy] = tf.backend_util.getImageCenter(attrs.center, height, width);
  const [sin, cos] = [Math.sin(attrs.radians), Math.cos(attrs.radians)];
  const out = backend.makeOutput(image.shape, image.dtype);
  const [to, read] = [valuesOf(backend, out), reader(image.shape as Shape4D, valuesOf(backend, image))];
  // A list has no value for transparency: what is outside is opaque.
  const outside = Array.from({ length: channels }, (_, c) =>
    typeof attrs.fillValue === "number" ? attrs.fillValue : (attrs.fillValue[c] ?? 255),
  );
  let at = 0;
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const column = Math.round((j - cx) * cos - (i - cy) * sin + cx);
        const row = Math.round((j - cx) * sin + (i - cy) * cos + cy);
        for (let c = 0; c < channels; c++) to[at++] = read(n, row, column, c, outside[c]!);
      }
    }
  }
  return out;
}
