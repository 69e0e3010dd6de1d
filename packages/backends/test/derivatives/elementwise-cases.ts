import * as tf from "@tensorflow/tfjs";
import { type DerivativeCase, integers, KINKED } from "./case.js";

type Unary = (x: tf.Tensor) => tf.Tensor;
type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

const positive: Unary = (x) => tf.add(tf.abs(x), 0.5);
const withinOne: Unary = (x) => tf.mul(0.8, tf.tanh(x));
const smooth = { tolerance: 1e-2 };

const unary = (operations: Record<string, Unary>, rest: Partial<DerivativeCase>): DerivativeCase[] =>
  Object.entries(operations).map(([name, run]) => ({ name, shapes: [[3, 5]], run, ...rest }));

const SHAPES = {
  same: [
    [2, 3],
    [2, 3],
  ],
  scalar: [[2, 3], []],
  "two ways": [
    [2, 1, 3],
    [4, 1],
  ],
  "of higher rank": [[3], [2, 2, 3]],
};

const binary = (operations: Record<string, Binary>, rest: Partial<DerivativeCase>): DerivativeCase[] =>
  Object.entries(operations).flatMap(([name, run]) =>
    Object.entries(SHAPES).map(([kind, shapes]) => ({ name: `${name}, ${kind}`, shapes, run, ...rest })),
  );

const { acos, acosh, asin, asinh, atan, atanh, cos, cosh, elu, erf, exp, expm1, log, log1p, logSigmoid, logSoftmax } =
  tf;
const { neg, reciprocal, rsqrt, selu, sigmoid, sin, sinh, softmax, softplus, sqrt, square, tan, tanh } = tf;
const { abs, ceil, floor, relu, relu6, round, sign } = tf;
const { add, atan2, div, divNoNan, floorDiv, maximum, minimum, mod, mul, pow, squaredDifference, sub } = tf;

const labels = (): tf.Tensor => tf.cast(tf.oneHot(integers([0, 1, 3]) as tf.Tensor1D, 4), "float32");

/** Elementwise operations, normalisations and losses. */
export const elementwiseCases: readonly DerivativeCase[] = [
  ...unary({ asinh, atan, cos, cosh, elu, erf, exp, expm1, logSigmoid, logSoftmax, neg, selu }, smooth),
  ...unary({ sigmoid, sin, sinh, softmax, softplus, square, tanh }, smooth),
  ...unary({ log, log1p, reciprocal, rsqrt, sqrt }, { prepare: positive, ...smooth }),
  ...unary({ acos, asin, atanh, tan }, { prepare: withinOne, tolerance: 2e-2 }),
  ...unary({ acosh }, { prepare: (x) => tf.add(1, positive(x)) }),
  ...unary({ abs, ceil, floor, relu, relu6, round, sign, step: (x) => tf.step(x, 0.2) }, KINKED),
  ...unary({ leakyRelu: (x) => tf.leakyRelu(x, 0.3), clipByValue: (x) => tf.clipByValue(x, -0.5, 0.7) }, KINKED),
  ...unary({ "cast to int32": (x) => tf.cast(tf.cast(tf.mul(x, 3), "int32"), "float32") }, KINKED),
  ...unary({ "cast to bool": (x) => tf.mul(x, tf.cast(tf.cast(tf.greater(x, 0), "bool"), "float32")) }, KINKED),
  ...binary({ add, mul, sub, squaredDifference }, { step: 0.05 }),
  ...binary({ atan2, div, divNoNan, pow }, { prepare: positive, step: 3e-3, tolerance: 2e-2 }),
  ...binary({ floorDiv, maximum, minimum, mod }, { prepare: positive, ...KINKED }),
  ...binary(
    { where: (a, b) => tf.where(tf.greater(tf.add(a, b), 0.1), tf.add(a, tf.mul(b, 0)), tf.mul(2, b)) },
    KINKED,
  ),
  { name: "pow of negative numbers", shapes: [[4]], run: (x: tf.Tensor) => tf.pow(x, tf.scalar(3)) },
  { name: "pow, integer exponent", shapes: [[4]], run: (x: tf.Tensor) => tf.pow(x, tf.scalar(2, "int32")) },
  { name: "prelu", shapes: [[2, 3, 4], [4]], run: (x: tf.Tensor, slope: tf.Tensor) => tf.prelu(x, slope), ...KINKED },
  ...(
    [
      ["vectors", [2, 3, 3, 2], [2]],
      ["broadcast", [2, 3, 3, 2], [1, 1, 1, 2]],
      ["matrix", [4, 3], [3]],
      ["whole", [2, 3], [2, 3]],
    ] as const
  ).map(
    ([kind, x, statistics]): DerivativeCase => ({
      name: `batchNorm, ${kind}`,
      shapes: [x, statistics, statistics, statistics, statistics],
      run: (a: tf.Tensor, mean: tf.Tensor1D, variance: tf.Tensor, offset: tf.Tensor1D, scale: tf.Tensor1D) =>
        tf.batchNorm(a, mean, tf.add(tf.square(variance), 0.5) as tf.Tensor1D, offset, scale),
      tolerance: 2e-2,
    }),
  ),
  {
    name: "batchNorm without scale and offset",
    shapes: [[2, 3, 3, 2], [2], [2]],
    run: (x: tf.Tensor, mean: tf.Tensor1D, variance: tf.Tensor) =>
      tf.batchNorm(x, mean, tf.add(tf.square(variance), 0.5) as tf.Tensor1D),
    tolerance: 2e-2,
  },
  {
    name: "softmaxCrossEntropy",
    shapes: [[3, 4]],
    run: (x: tf.Tensor) => tf.losses.softmaxCrossEntropy(labels(), x, undefined, 0, tf.Reduction.NONE),
  },
  {
    name: "sigmoidCrossEntropy",
    shapes: [[3, 4]],
    run: (x: tf.Tensor) => tf.losses.sigmoidCrossEntropy(labels(), x, undefined, 0, tf.Reduction.NONE),
    ...KINKED,
  },
];
