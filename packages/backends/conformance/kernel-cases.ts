import * as tf from "@tensorflow/tfjs";

/** Inputs of a case: shapes of standard normal values, or values made from them. */
export interface KernelCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  /** From normal values to the operation's domain, such as positive ones. */
  readonly prepare?: (x: tf.Tensor) => tf.Tensor;
  readonly run: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Derivatives to try; 2 unless given. */
  readonly derivatives?: 0 | 1 | 2;
}

const positive = (x: tf.Tensor): tf.Tensor => tf.add(tf.abs(x), 0.5);

const unary = (name: string, run: (x: tf.Tensor) => tf.Tensor, rest: Partial<KernelCase> = {}): KernelCase[] => [
  { name, shapes: [[3, 7]], run, ...rest },
  { name: `${name}, one value`, shapes: [[1]], run, ...rest },
];

const binary = (name: string, run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, rest: Partial<KernelCase> = {}) =>
  [
    {
      name,
      shapes: [
        [2, 3, 5],
        [2, 3, 5],
      ],
    },
    { name: `${name}, scalar`, shapes: [[2, 3, 5], []] },
    { name: `${name}, bias`, shapes: [[2, 3, 5], [5]] },
    {
      name: `${name}, column`,
      shapes: [
        [2, 3, 1],
        [2, 1, 5],
      ],
    },
  ].map((shape): KernelCase => ({ ...shape, run: run as KernelCase["run"], ...rest }));

const matrices = (): KernelCase[] =>
  [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ].flatMap(([transposeA, transposeB]) => {
    const shapes = (m: number, k: number, n: number, batch: number[] = []) => [
      [...batch, ...(transposeA ? [k, m] : [m, k])],
      [...batch, ...(transposeB ? [n, k] : [k, n])],
    ];
    const run = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, transposeA, transposeB);
    const name = `matMul${transposeA ? ", a transposed" : ""}${transposeB ? ", b transposed" : ""}`;
    return [
      { name, shapes: shapes(5, 7, 9), run: run as KernelCase["run"] },
      { name: `${name}, batch`, shapes: shapes(3, 4, 2, [3]), run: run as KernelCase["run"] },
      { name: `${name}, 1×1`, shapes: shapes(1, 1, 1), run: run as KernelCase["run"], derivatives: 1 },
    ];
  });

const image = [2, 6, 5, 3];
const asImage = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D;

const spatial = (): KernelCase[] => [
  ...[
    { name: "conv2d", strides: 1, pad: "same", dilation: 1 },
    { name: "conv2d, stride 2", strides: 2, pad: "same", dilation: 1 },
    { name: "conv2d, valid", strides: 1, pad: "valid", dilation: 1 },
  ].map(
    ({ name, strides, pad }): KernelCase => ({
      name,
      shapes: [image, [3, 3, 3, 4]],
      run: (x, w) => tf.conv2d(asImage(x), asImage(w!), strides, pad as "same"),
    }),
  ),
  {
    name: "conv2d, 1×1",
    shapes: [image, [1, 1, 3, 4]],
    run: (x, w) => tf.conv2d(asImage(x), asImage(w!), 1, "valid"),
  },
  {
    name: "conv2d, dilation 2",
    shapes: [image, [2, 2, 3, 4]],
    run: (x, w) => tf.conv2d(asImage(x), asImage(w!), 1, "same", "NHWC", 2),
    derivatives: 0,
  },
  {
    name: "conv2dTranspose, stride 2",
    shapes: [image, [4, 4, 2, 3]],
    run: (x, w) => tf.conv2dTranspose(asImage(x), asImage(w!), [2, 12, 10, 2], 2, "same"),
  },
  {
    name: "depthwiseConv2d",
    shapes: [image, [3, 3, 3, 1]],
    run: (x, w) => tf.depthwiseConv2d(asImage(x), asImage(w!), 1, "same"),
  },
  {
    name: "depthwiseConv2d, stride 2, multiplier 2",
    shapes: [image, [3, 3, 3, 2]],
    run: (x, w) => tf.depthwiseConv2d(asImage(x), asImage(w!), 2, "same"),
  },
  { name: "avgPool", shapes: [image], run: (x) => tf.avgPool(asImage(x), 2, 2, "valid") },
  { name: "avgPool, same, overlapping", shapes: [image], run: (x) => tf.avgPool(asImage(x), 3, 2, "same") },
  { name: "maxPool", shapes: [image], run: (x) => tf.maxPool(asImage(x), 2, 2, "valid") },
  { name: "maxPool, same, overlapping", shapes: [image], run: (x) => tf.maxPool(asImage(x), 3, 2, "same") },
  { name: "resizeNearestNeighbor", shapes: [image], run: (x) => tf.image.resizeNearestNeighbor(asImage(x), [12, 10]) },
  { name: "resizeBilinear", shapes: [image], run: (x) => tf.image.resizeBilinear(asImage(x), [12, 10]) },
  { name: "resizeBilinear, smaller", shapes: [image], run: (x) => tf.image.resizeBilinear(asImage(x), [3, 2]) },
];

const movement = (): KernelCase[] => [
  { name: "transpose", shapes: [[2, 3, 4]], run: (x) => tf.transpose(x, [2, 0, 1]) },
  { name: "reshape", shapes: [[2, 3, 4]], run: (x) => tf.reshape(x, [6, 4]) },
  {
    name: "concat, last axis",
    shapes: [
      [2, 3],
      [2, 4],
    ],
    run: (a, b) => tf.concat([a, b!], 1),
  },
  {
    name: "concat, first axis",
    shapes: [
      [2, 3],
      [1, 3],
    ],
    run: (a, b) => tf.concat([a, b!], 0),
  },
  { name: "slice", shapes: [[4, 5, 3]], run: (x) => tf.slice(x, [1, 0, 1], [2, 5, 2]) },
  { name: "stridedSlice", shapes: [[4, 6]], run: (x) => tf.stridedSlice(x, [0, 1], [4, 6], [2, 2]), derivatives: 0 },
  { name: "split", shapes: [[4, 6]], run: (x) => tf.add(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor])) },
  {
    name: "stack",
    shapes: [
      [2, 3],
      [2, 3],
    ],
    run: (a, b) => tf.stack([a, b!], 1),
  },
  { name: "tile", shapes: [[2, 1, 3]], run: (x) => tf.tile(x, [2, 3, 2]) },
  { name: "broadcastTo", shapes: [[2, 1, 3]], run: (x) => tf.broadcastTo(x, [2, 4, 3]) },
  {
    name: "pad",
    shapes: [[2, 3]],
    run: (x) =>
      tf.pad(x, [
        [1, 0],
        [2, 1],
      ]),
  },
  {
    name: "mirrorPad",
    shapes: [[4, 3]],
    run: (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 1],
          [1, 1],
        ],
        "reflect",
      ),
    derivatives: 0,
  },
  { name: "reverse", shapes: [[2, 3, 4]], run: (x) => tf.reverse(x, [0, 2]) },
  { name: "gather", shapes: [[5, 3]], run: (x) => tf.gather(x, tf.tensor1d([4, 0, 4, 2], "int32")) },
  { name: "gather, axis 1", shapes: [[2, 5, 3]], run: (x) => tf.gather(x, tf.tensor1d([1, 1, 3], "int32"), 1) },
  { name: "oneHot", shapes: [], run: () => tf.oneHot(tf.tensor1d([0, 3, 1], "int32"), 4).toFloat(), derivatives: 0 },
  {
    name: "unsortedSegmentSum",
    shapes: [[5, 3]],
    run: (x) => tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2, 1, 0], "int32"), 4),
  },
  {
    name: "depthToSpace",
    shapes: [[1, 2, 3, 8]],
    run: (x) => tf.depthToSpace(asImage(x), 2, "NHWC"),
    derivatives: 0,
  },
];

const reductions = (): KernelCase[] => [
  ...Object.entries({ sum: tf.sum, mean: tf.mean }).flatMap(([name, reduce]): KernelCase[] => [
    { name, shapes: [[3, 4, 5]], run: (x) => reduce(x) },
    { name: `${name}, first axes`, shapes: [[3, 4, 5]], run: (x) => reduce(x, [0, 1]) },
    { name: `${name}, last axis`, shapes: [[3, 4, 5]], run: (x) => reduce(x, -1, true) },
    { name: `${name}, outer axes`, shapes: [[3, 4, 5]], run: (x) => reduce(x, [0, 2]) },
  ]),
  { name: "max", shapes: [[3, 4, 5]], run: (x) => tf.max(x, [1]) },
  { name: "min", shapes: [[3, 4, 5]], run: (x) => tf.min(x, [2]) },
  { name: "prod", shapes: [[3, 4]], run: (x) => tf.prod(x, 1), derivatives: 0 },
  { name: "cumsum", shapes: [[2, 3, 2, 4]], run: (x) => tf.cumsum(x, -1) },
  { name: "cumsum, exclusive, reverse", shapes: [[4, 3]], run: (x) => tf.cumsum(x, 0, true, true) },
  { name: "argMax", shapes: [[3, 5]], run: (x) => tf.argMax(x, 1).toFloat(), derivatives: 0 },
  { name: "logSumExp", shapes: [[3, 5]], run: (x) => tf.logSumExp(x, 1) },
  {
    name: "einsum, product",
    shapes: [
      [2, 3],
      [3, 4],
    ],
    run: (a, b) => tf.einsum("ij,jk->ik", a, b!),
    derivatives: 0,
  },
  {
    name: "einsum, batch",
    shapes: [
      [2, 3, 4],
      [2, 4],
    ],
    run: (a, b) => tf.einsum("bij,bj->bi", a, b!),
    derivatives: 0,
  },
];

/** Every operation that the library's blocks need, forwards and, where it has them, with its derivatives. */
export const kernelCases: readonly KernelCase[] = [
  ...unary("abs", tf.abs),
  ...unary("exp", tf.exp),
  ...unary("expm1", tf.expm1),
  ...unary("log", tf.log, { prepare: positive }),
  ...unary("log1p", tf.log1p, { prepare: positive }),
  ...unary("sqrt", tf.sqrt, { prepare: positive }),
  ...unary("rsqrt", tf.rsqrt, { prepare: positive }),
  ...unary("reciprocal", tf.reciprocal, { prepare: positive }),
  ...unary("square", tf.square),
  ...unary("neg", tf.neg),
  ...unary("sign", tf.sign, { derivatives: 0 }),
  ...unary("floor", tf.floor, { derivatives: 0 }),
  ...unary("sin", tf.sin),
  ...unary("cos", tf.cos),
  ...unary("erf", tf.erf),
  ...unary("tanh", tf.tanh),
  ...unary("sigmoid", tf.sigmoid),
  ...unary("softplus", tf.softplus),
  ...unary("softplus, large", (x) => tf.softplus(tf.mul(x, 40))),
  ...unary("relu", tf.relu),
  ...unary("relu6", (x) => tf.relu6(tf.mul(x, 6))),
  ...unary("leakyRelu", (x) => tf.leakyRelu(x, 0.2)),
  ...unary("elu", tf.elu),
  ...unary("selu", tf.selu),
  ...unary("step", (x) => tf.step(x, 0.3), { derivatives: 0 }),
  ...unary("clipByValue", (x) => tf.clipByValue(x, -0.7, 0.6)),
  ...unary("softmax", (x) => tf.softmax(x)),
  ...unary("logSoftmax", (x) => tf.logSoftmax(x)),
  ...binary("add", tf.add),
  ...binary("sub", tf.sub),
  ...binary("mul", tf.mul),
  ...binary("div", (a, b) => tf.div(a, tf.add(tf.square(b), 1))),
  ...binary("pow", tf.pow, { prepare: positive }),
  ...binary("maximum", tf.maximum),
  ...binary("minimum", tf.minimum),
  ...binary("squaredDifference", tf.squaredDifference),
  ...binary("greater", (a, b) => tf.greater(a, b).toFloat(), { derivatives: 0 }),
  ...binary("lessEqual", (a, b) => tf.lessEqual(a, b).toFloat(), { derivatives: 0 }),
  ...binary("equal", (a, b) => tf.equal(tf.round(a), tf.round(b)).toFloat(), { derivatives: 0 }),
  ...binary("where", (a, b) =>
    tf.where(tf.greater(tf.add(a, b), 0), tf.add(a, tf.zerosLike(b)), tf.add(tf.zerosLike(a), b)),
  ),
  { name: "prelu", shapes: [[2, 3, 4], [4]], run: (x, alpha) => tf.prelu(x, alpha!) },
  {
    name: "int32 arithmetic",
    shapes: [],
    run: () => {
      const a = tf.tensor1d([7, -3, 4], "int32");
      return tf.add(tf.mul(a, tf.scalar(2, "int32")), tf.maximum(a, tf.scalar(1, "int32"))).toFloat();
    },
    derivatives: 0,
  },
  {
    name: "bool logic",
    shapes: [
      [3, 4],
      [3, 4],
    ],
    run: (a, b) => tf.logicalAnd(tf.greater(a, 0), tf.logicalNot(tf.greater(b!, 0))).toFloat(),
    derivatives: 0,
  },
  ...matrices(),
  ...spatial(),
  ...movement(),
  ...reductions(),
];
