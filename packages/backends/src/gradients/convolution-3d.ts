import * as tf from "@tensorflow/tfjs";
import { five } from "../fixed-rank.js";
import { pick, put } from "./axis.js";
import { convolutionFilterGradient, convolutionInputGradient, convolve } from "./convolution.js";
import { type Attributes, setGradient, settingsOf } from "./registry.js";
import { axisOf, cropped, padded, paddedSize, placesOf, type WindowAxis } from "./windows.js";

type Shape = readonly number[];
type Triple = number | [number, number, number];

/** Settings of 3-D convolutions. */
interface Conv3DAttributes {
  readonly strides: Triple;
  readonly pad: "valid" | "same";
  readonly dilations?: Triple;
}

/**
 * Gradients of 3-D convolutions, their transposed form and their gradients, any number of times, as sums of 2-D convolutions
 * over the places along the filter's depth. The kernels that backends have for them are wrong in places, or missing.
 */
export function setConvolution3dGradients(): void {
  setGradient("Conv3D", { inputs: ["x", "filter"] }, (dy, [x, filter], attributes) => ({
    x: () => inputGradient(dy, filter!, x!.shape, attributes),
    filter: () => filterGradient(x!, dy, filter!.shape, attributes),
  }));
  setGradient("Conv3DBackpropInputV2", { inputs: ["dy", "filter"] }, (upstream, [dy, filter], attributes) => ({
    dy: () => forward(upstream, filter!, attributes),
    filter: () => filterGradient(upstream, dy!, filter!.shape, attributes),
  }));
  setGradient("Conv3DBackpropFilterV2", { inputs: ["x", "dy"] }, (upstream, [x, dy], attributes) => ({
    x: () => inputGradient(dy!, upstream, x!.shape, attributes),
    dy: () => forward(x!, upstream, attributes),
  }));
}

function forward(x: tf.Tensor, filter: tf.Tensor, attributes: Attributes): tf.Tensor {
  const { depth, plane, outShape } = geometryOf(x.shape, filter.shape, attributes);
  const images = slices(x, depth);
  const parts = each(depth, (k) => convolve(images(k), tap(filter, k), plane));
  return tf.reshape(sum(parts), outShape);
}

function inputGradient(dy: tf.Tensor, filter: tf.Tensor, shape: Shape, attributes: Attributes): tf.Tensor {
  const { depth, plane } = geometryOf(shape, filter.shape, attributes);
  const [batch, , ...image] = shape as [number, number, number, number, number];
  const rows = tf.reshape(dy, [batch * depth.out, ...dy.shape.slice(2)]);
  const parts = each(depth, (k) => {
    const dx = convolutionInputGradient(rows, tap(filter, k), [batch * depth.out, ...image], plane);
    return put(tf.reshape(dx, [batch, depth.out, ...image]), 1, placesOf(depth, k), paddedSize(depth));
  });
  return cropped(sum(parts), [depth]);
}

function filterGradient(x: tf.Tensor, dy: tf.Tensor, shape: Shape, attributes: Attributes): tf.Tensor {
  const { depth, plane } = geometryOf(x.shape, shape, attributes);
  const rows = tf.reshape(dy, [x.shape[0]! * depth.out, ...dy.shape.slice(2)]);
  const images = slices(x, depth);
  return tf.stack(each(depth, (k) => convolutionFilterGradient(images(k), rows, shape.slice(1), plane)));
}

/** The images that meet the `k`-th layer of the filter: `[batch · outDepth, height, width, channels]`. */
function slices(x: tf.Tensor, depth: WindowAxis): (k: number) => tf.Tensor {
  const whole = padded(x, [depth]);
  return (k) => {
    const met = pick(whole, 1, placesOf(depth, k));
    return tf.reshape(met, [met.shape[0]! * depth.out, ...met.shape.slice(2)]);
  };
}

function tap(filter: tf.Tensor, k: number): tf.Tensor {
  const [, ...shape] = filter.shape;
  return tf.reshape(tf.slice(filter, k, 1), shape);
}

const each = (depth: WindowAxis, make: (k: number) => tf.Tensor): tf.Tensor[] =>
  Array.from({ length: depth.length }, (_, k) => make(k));

const sum = (parts: tf.Tensor[]): tf.Tensor => (parts.length === 1 ? parts[0]! : tf.addN(parts));

/** How the filter lies along the depth, and the 2-D convolution that each of its layers does. */
function geometryOf(x: Shape, filter: Shape, attributes: Attributes) {
  const { strides, pad, dilations = 1 } = settingsOf<Conv3DAttributes>(attributes);
  const info = tf.backend_util.computeConv3DInfo(five(x), five(filter), strides, dilations, pad);
  const { front, top, bottom, left, right } = info.padInfo;
  return {
    outShape: info.outShape,
    depth: axisOf(info, "Depth", front),
    plane: {
      strides: [info.strideHeight, info.strideWidth],
      pad: [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ], // as "same" or "valid" would pad along height and width
      dataFormat: "NHWC",
      dilations: [info.dilationHeight, info.dilationWidth],
    },
  };
}
