import * as tf from "@tensorflow/tfjs";
import { type DerivativeCase, KINKED, LINEAR } from "./case.js";

type Pad = "same" | "valid" | number;
type Pair = number | [number, number];
type Triple = number | [number, number, number];
type Shape = readonly number[];

const linear = (name: string, x: Shape, w: Shape, run: DerivativeCase["run"]): DerivativeCase => ({
  name,
  shapes: [x, w],
  run,
  ...LINEAR,
});

const PADS: readonly Pad[] = ["same", "valid", 1, 2];
const ROUNDINGS = ["floor", "round", "ceil"] as const;
const DILATIONS: readonly Pair[] = [2, [1, 2], 3];

const conv2d = (): DerivativeCase[] => [
  ...PADS.flatMap((pad) =>
    [1, 2, 3, [2, 1] as [number, number]].map((strides) =>
      linear(`conv2d, ${pad}, strides ${strides}`, [2, 5, 7, 2], [3, 2, 2, 3], (x: tf.Tensor4D, w: tf.Tensor4D) =>
        tf.conv2d(x, w, strides, pad),
      ),
    ),
  ),
  ...[1, 2, 3].map((strides) =>
    linear(
      `conv2d, filter beyond the image, ${strides}`,
      [2, 4, 3, 1],
      [7, 5, 1, 2],
      (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, strides, "same"),
    ),
  ),
  ...ROUNDINGS.map((mode) =>
    linear(`conv2d, ${mode}`, [1, 6, 8, 2], [3, 3, 2, 2], (x: tf.Tensor4D, w: tf.Tensor4D) =>
      tf.conv2d(x, w, 2, 1, "NHWC", 1, mode),
    ),
  ),
  ...DILATIONS.flatMap((dilations) =>
    (["same", "valid"] as const).flatMap((pad) => [
      linear(`conv2d, ${pad}, dilation ${dilations}`, [1, 8, 8, 2], [3, 2, 2, 2], (x: tf.Tensor4D, w: tf.Tensor4D) =>
        tf.conv2d(x, w, 1, pad, "NHWC", dilations),
      ),
      linear(`depthwise, ${pad}, dilation ${dilations}`, [1, 8, 8, 2], [3, 2, 2, 2], (x: tf.Tensor4D, w: tf.Tensor4D) =>
        tf.depthwiseConv2d(x, w, 1, pad, "NHWC", dilations),
      ),
    ]),
  ),
  ...[1, 2].map((dilations) => ({
    name: `fused convolution with a bias, dilation ${dilations}`,
    shapes: [[1, 6, 6, 2], [3, 3, 2, 2], [2]],
    run: (x: tf.Tensor4D, filter: tf.Tensor4D, bias: tf.Tensor1D) =>
      tf.fused.conv2d({ x, filter, bias, strides: 1, pad: "same", dilations, activation: "linear" }),
    ...LINEAR,
  })),
  ...(
    [
      ["same, 2", [2, 3, 3, 2], [3, 3, 2, 2], [2, 6, 6, 2], 2, "same"],
      ["same, 2, odd", [2, 3, 3, 2], [3, 3, 2, 2], [2, 5, 5, 2], 2, "same"],
      ["valid, with a gap", [2, 3, 3, 2], [2, 2, 2, 2], [2, 8, 8, 2], 3, "valid"],
    ] as const
  ).map(([name, x, w, shape, strides, pad]) =>
    linear(`conv2dTranspose, ${name}`, x, w, (a: tf.Tensor4D, b: tf.Tensor4D) =>
      tf.conv2dTranspose(a, b, [...shape] as [number, number, number, number], strides, pad),
    ),
  ),
];

const depthwise = (): DerivativeCase[] => [
  ...(["same", "valid"] as const).flatMap((pad) =>
    [1, 2, 3].flatMap((strides) => [
      linear(`depthwise, ${pad}, strides ${strides}`, [2, 5, 6, 2], [2, 3, 2, 2], (x: tf.Tensor4D, w: tf.Tensor4D) =>
        tf.depthwiseConv2d(x, w, strides, pad),
      ),
      {
        name: `separable, ${pad}, strides ${strides}`,
        shapes: [
          [2, 5, 6, 2],
          [3, 3, 2, 2],
          [1, 1, 4, 3],
        ],
        run: (x: tf.Tensor4D, depth: tf.Tensor4D, point: tf.Tensor4D) =>
          tf.separableConv2d(x, depth, point, strides, pad),
        step: 0.1,
        tolerance: 1e-2,
      },
    ]),
  ),
  linear("depthwise, filter beyond the image", [2, 3, 4, 2], [5, 5, 2, 1], (x: tf.Tensor4D, w: tf.Tensor4D) =>
    tf.depthwiseConv2d(x, w, 2, "same"),
  ),
];

const STRIDES_3D: readonly Triple[] = [1, 2, 3, [1, 2, 1], [2, 1, 3]];

const conv3d = (): DerivativeCase[] => [
  ...(["same", "valid"] as const).flatMap((pad) =>
    STRIDES_3D.map((strides) =>
      linear(`conv3d, ${pad}, strides ${strides}`, [1, 4, 5, 3, 2], [2, 3, 3, 2, 2], (x: tf.Tensor5D, w: tf.Tensor5D) =>
        tf.conv3d(x, w, strides, pad),
      ),
    ),
  ),
  linear("conv3d, filter beyond the image", [1, 2, 3, 2, 1], [5, 5, 3, 1, 2], (x: tf.Tensor5D, w: tf.Tensor5D) =>
    tf.conv3d(x, w, 2, "same"),
  ),
  linear("conv3d, strides beyond the filter", [1, 3, 4, 5, 1], [2, 1, 1, 1, 2], (x: tf.Tensor5D, w: tf.Tensor5D) =>
    tf.conv3d(x, w, 3, "same"),
  ),
];

const pools = (): DerivativeCase[] => {
  const windows: readonly (readonly [Pair, Pair, Pad])[] = [
    [2, 2, "valid"],
    [3, 1, "same"],
    [3, 2, "same"],
    [2, 3, "same"],
    [[2, 3], [1, 2], "same"],
    [[3, 1], [2, 1], "valid"],
    [9, 4, "same"],
    [3, 2, 1],
  ];
  const volumes: readonly (readonly [Triple, Triple, Pad])[] = [
    [2, 2, "valid"],
    [3, 1, "same"],
    [3, 2, "same"],
    [2, 3, "same"],
    [[1, 2, 3], [1, 2, 2], "same"],
    [[2, 3, 1], [1, 2, 1], "valid"],
  ];
  const { avgPool, avgPool3d, maxPool, maxPool3d } = tf;
  const kinds = [
    { name: "avgPool", image: avgPool, volume: avgPool3d, rest: LINEAR },
    // Values further apart than differences move them.
    {
      name: "maxPool",
      image: maxPool,
      volume: maxPool3d,
      rest: { ...KINKED, prepare: (x: tf.Tensor) => tf.mul(x, 5) },
    },
  ];
  return kinds.flatMap(({ name: kind, image, volume, rest }): DerivativeCase[] => {
    return [
      ...windows.map(([size, strides, pad]) => ({
        name: `${kind} ${size}, strides ${strides}, ${pad}`,
        shapes: [[2, 5, 6, 2]],
        run: (x: tf.Tensor4D) => image(x, size, strides, pad),
        ...rest,
      })),
      ...volumes.map(([size, strides, pad]) => ({
        name: `${kind}3d of ${size}, strides ${strides}, ${pad}`,
        shapes: [[1, 3, 4, 5, 2]],
        run: (x: tf.Tensor5D) => volume(x, size, strides, pad),
        ...rest,
      })),
    ];
  });
};

const resizing = (): DerivativeCase[] =>
  (["resizeBilinear", "resizeNearestNeighbor"] as const).flatMap((kind) =>
    [false, true].flatMap((corners) =>
      (
        [
          [6, 8],
          [2, 3],
          [7, 3],
        ] as [number, number][]
      ).map((size) => ({
        name: `${kind} to ${size}${corners ? ", corners aligned" : ""}`,
        shapes: [[2, 3, 4, 2]],
        run: (x: tf.Tensor4D) => tf.image[kind](x, size, corners),
        ...LINEAR,
      })),
    ),
  );

/** Convolutions, pooling and resizing over odd geometries. */
export const windowCases: readonly DerivativeCase[] = [
  ...conv2d(),
  ...depthwise(),
  ...conv3d(),
  ...pools(),
  ...resizing(),
];
