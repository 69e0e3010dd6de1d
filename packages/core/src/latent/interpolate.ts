import * as tf from "@tensorflow/tfjs";
import { check } from "../check.js";
import { checkTensor } from "../check-tensor.js";
import type { Decodes, Encodes } from "../types/capabilities.js";
import { type InterpolationPath, interpolateCodes } from "./interpolate-codes.js";

/**
 * Morphs examples into others through a model's code: encodes both, joins the codes, decodes what lies between. The ends are
 * reconstructions of `a` and `b`.
 *
 * **Shapes**: `a`, `b` `[pairs, …]` → `[pairs · steps, …]`, path after path: laid out with `steps` columns, each row is one
 * morph.
 *
 * **Source**: see {@link interpolateCodes}.
 *
 * @param steps - Examples on each path, both ends included; at least 2.
 * @param path - `spherical` suits codes of many dimensions with a Gaussian prior.
 * @throws ConfigError and ShapeError as {@link interpolateCodes} does.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { interpolate } from "@latentkit/core";
 * const identity = { latentDim: 2, encode: (x: tf.Tensor) => tf.clone(x) as tf.Tensor2D, decode: (z: tf.Tensor) => tf.clone(z) };
 * const morph = interpolate(identity, tf.zeros([1, 2]), tf.ones([1, 2]), 8); // [8, 2]
 * ```
 */
export function interpolate(
  model: Encodes & Decodes,
  a: tf.Tensor,
  b: tf.Tensor,
  steps: number,
  path: InterpolationPath = "linear",
): tf.Tensor {
  const able = typeof model?.encode === "function" && typeof model.decode === "function";
  check("interpolate").that("model", model, able, "a model with `encode` and `decode`");
  checkTensor("interpolate", "a", a);
  checkTensor("interpolate", "b", b);
  return tf.tidy(() => model.decode(interpolateCodes(model.encode(a), model.encode(b), steps, path)));
}
