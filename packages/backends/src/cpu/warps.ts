import { type Shape4D, type TransformAttrs, transformPictures } from "../internal/warp.js";
import { replaceCpuKernel, valuesOn } from "./kernel.js";

/** Projective maps of pictures: the shipped kernel takes places within the picture for outside ones. */
export function replaceTransform(): void {
  replaceCpuKernel<"image" | "transforms", TransformAttrs>("Transform", () => ({ inputs, attrs, backend }) => {
    const { image, transforms } = inputs;
    const [batch, height, width, channels] = image.shape as Shape4D;
    const size = attrs.outputShape ?? [height, width];
    const values = new Float32Array(batch * size[0] * size[1] * channels);
    transformPictures(
      { shape: image.shape as Shape4D, values: valuesOn(backend, image) },
      { count: transforms.shape[0]!, values: valuesOn(backend, transforms) },
      { size, values },
      attrs,
    );
    return backend.makeTensorInfo([batch, ...size, channels], "float32", values);
  });
}
