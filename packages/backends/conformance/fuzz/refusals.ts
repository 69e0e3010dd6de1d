import * as tf from "@tensorflow/tfjs";
import type { Draw } from "./arrays.js";
import type { Generator } from "./case.js";

const ones = (shape: readonly number[]): tf.Tensor => tf.ones([...shape]);

type Wrong = (draw: Draw) => readonly [name: string, run: () => tf.Tensor | tf.Tensor[]];

const WRONG: readonly Wrong[] = [
  (d) => {
    const [m, k, n] = [d.integer(1, 5), d.integer(1, 5), d.integer(1, 5)];
    const more = k + d.integer(1, 4);
    return [`matMul [${m},${k}] [${more},${n}]`, () => tf.matMul(ones([m, k]), ones([more, n]))];
  },
  (d) => {
    const n = d.integer(1, 5);
    return [
      `BatchMatMul of a vector and a matrix`,
      () => kernel("BatchMatMul", { a: ones([n]), b: ones([n, 2]) }, { transposeA: false, transposeB: false }),
    ];
  },
  (d) => {
    const n = d.integer(1, 5);
    return [
      "_FusedMatMul of wrong sizes",
      () =>
        kernel(
          "_FusedMatMul",
          { a: ones([n, 2]), b: ones([3, n]) },
          { transposeA: false, transposeB: false, activation: "linear" },
        ),
    ];
  },
  (d) => {
    const n = d.integer(1, 6);
    const begin = d.integer(0, n);
    const size = n - begin + d.integer(1, 300);
    return [`slice [${n}] from ${begin} of ${size}`, () => tf.slice(ones([n]), begin, size)];
  },
  (d) => {
    const n = d.integer(1, 6);
    return [`concat [1,${n}] [1,${n + 3}] along 0`, () => tf.concat([ones([1, n]), ones([1, n + 3])], 0)];
  },
  (d) => {
    const n = d.integer(1, 4);
    return [
      `unsortedSegmentSum of ${n} rows by ${n + 2} ids`,
      () => tf.unsortedSegmentSum(ones([n, 2]), tf.zeros([n + 2], "int32"), 2),
    ];
  },
  (d) => [`cumsum along ${d.integer(2, 9)}`, () => tf.cumsum(ones([2, 3]), d.integer(2, 9))],
  (d) => [`cumprod along -3`, () => tf.cumprod(ones([2, 3]), -d.integer(3, 9))],
  (d) => [`gather out of range`, () => tf.gather(ones([3, 2]), tf.tensor1d([d.pick([-1, 3, 1000])], "int32"))],
  () => ["gatherND out of range", () => tf.gatherND(ones([3, 2]), tf.tensor2d([[5]], [1, 1], "int32"))],
  () => ["scatterND out of range", () => tf.scatterND(tf.tensor2d([[7]], [1, 1], "int32"), tf.ones([1]), [4])],
  (d) => [
    `transpose by a wrong order`,
    () => kernel("Transpose", { x: ones([2, 3]) }, { perm: d.pick([[0, 0], [0, 2], [0], [1, 0, 2]]) }),
  ],
  () => ["reshape of another size", () => kernel("Reshape", { x: ones([2, 3]) }, { shape: [2, 4] })],
  (d) => [`tile by too many`, () => kernel("Tile", { x: ones([2, 3]) }, { reps: d.pick([[2], [2, 2, 2], [-1, 2]]) })],
  (d) => [
    `pad by wrong widths`,
    () =>
      kernel(
        "PadV2",
        { x: ones([2, 3]) },
        {
          paddings: d.pick([
            [[1, 1]],
            [
              [-1, 0],
              [0, 0],
            ],
          ]),
          constantValue: 0,
        },
      ),
  ],
  () => [
    "mirrorPad wider than the tensor",
    () =>
      kernel(
        "MirrorPad",
        { x: ones([2, 2]) },
        {
          paddings: [
            [5, 5],
            [0, 0],
          ],
          mode: "reflect",
        },
      ),
  ],
  () => [
    "conv2d of other channels",
    () =>
      kernel(
        "Conv2D",
        { x: ones([1, 4, 4, 2]), filter: ones([3, 3, 5, 1]) },
        { strides: 1, pad: "same", dataFormat: "NHWC", dilations: 1 },
      ),
  ],
  () => [
    "fused conv2d of other channels",
    () =>
      kernel(
        "FusedConv2D",
        { x: ones([1, 4, 4, 2]), filter: ones([3, 3, 5, 1]) },
        { strides: 1, pad: "same", dataFormat: "NHWC", dilations: 1, activation: "linear" },
      ),
  ],
  () => [
    "conv2d filter gradient of another dy",
    () =>
      kernel(
        "Conv2DBackpropFilter",
        { x: ones([1, 4, 4, 2]), dy: ones([1, 9, 9, 3]) },
        { strides: 1, pad: "valid", dataFormat: "NHWC", filterShape: [3, 3, 2, 3] },
      ),
  ],
  () => [
    "conv2d input gradient of another dy",
    () =>
      kernel(
        "Conv2DBackpropInput",
        { dy: ones([2, 2, 2, 4]), filter: ones([3, 3, 2, 3]) },
        { strides: 1, pad: "valid", dataFormat: "NHWC", inputShape: [1, 4, 4, 2] },
      ),
  ],
  () => [
    "conv3d of other channels",
    () =>
      kernel(
        "Conv3D",
        { x: ones([1, 4, 4, 4, 2]), filter: ones([3, 3, 3, 5, 1]) },
        { strides: 1, pad: "same", dilations: 1 },
      ),
  ],
  () => [
    "depthwise conv2d of other channels",
    () =>
      kernel(
        "DepthwiseConv2dNative",
        { x: ones([1, 4, 4, 2]), filter: ones([3, 3, 5, 1]) },
        { strides: 1, pad: "same", dilations: 1 },
      ),
  ],
  () => [
    "max pooling gradient of another dy",
    () =>
      kernel(
        "MaxPoolGrad",
        { dy: ones([1, 9, 9, 2]), input: ones([1, 4, 4, 2]), output: ones([1, 2, 2, 2]) },
        { filterSize: 2, strides: 2, pad: "valid" },
      ),
  ],
  () => [
    "average pooling gradient of another dy",
    () =>
      kernel(
        "AvgPoolGrad",
        { dy: ones([1, 9, 9, 2]), input: ones([1, 4, 4, 2]) },
        { filterSize: 2, strides: 2, pad: "valid" },
      ),
  ],
  () => [
    "resizing gradient of other images",
    () => kernel("ResizeBilinearGrad", { dy: ones([3, 9, 9, 2]), images: ones([1, 4, 4, 2]) }, { alignCorners: false }),
  ],
  () => ["add of shapes that do not broadcast", () => tf.add(ones([2, 3]), ones([4]))],
  () => ["maximum of shapes that do not broadcast", () => kernel("Maximum", { a: ones([2, 3]), b: ones([4]) })],
  () => [
    "select of other shapes",
    () => kernel("Select", { condition: tf.zeros([2], "bool"), t: ones([5]), e: ones([5]) }),
  ],
  () => ["sum along a missing axis", () => tf.sum(ones([2, 3]), 2)],
  () => [
    "max along a missing axis",
    () => kernel("Max", { x: ones([2, 3]) }, { reductionIndices: [3], keepDims: false }),
  ],
  () => ["stridedSlice of too many axes", () => tf.stridedSlice(ones([3]), [0, 0], [1, 1], [1, 1])],
  () => ["split of other sizes", () => tf.split(ones([4]), [3, 4])],
  () => [
    "bias of another length",
    () => tf.fused.matMul({ a: tf.ones([2, 3]), b: tf.ones([3, 4]), bias: tf.ones([3]) }),
  ],
  () => ["reverse along a missing axis", () => tf.reverse(ones([2, 2]), 4)],
  () => ["stack of other shapes", () => kernel("Pack", { 0: ones([2]), 1: ones([3]) }, { axis: 0 })],
  () => [
    "batch normalisation of another mean",
    () =>
      kernel(
        "FusedBatchNorm",
        { x: ones([2, 2, 2, 3]), mean: ones([2]), variance: ones([3]), scale: ones([3]), offset: ones([3]) },
        { varianceEpsilon: 0.001 },
      ),
  ],
];

function kernel(name: string, inputs: Readonly<Record<string, tf.Tensor>>, attrs: object = {}): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attrs as never) as tf.Tensor;
}

const refusal: Generator = (draw) => {
  const [name, run] = draw.pick(WRONG)(draw);
  return { name: `refusal: ${name}`, run };
};

/** Calls that have to be refused. */
export const refusals: readonly Generator[] = [refusal, refusal, refusal];
