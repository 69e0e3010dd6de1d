import * as tf from "@tensorflow/tfjs";
import { type DerivativeCase, integers, KINKED, LINEAR } from "./case.js";

type Axis = number | number[] | undefined;
const AXES: readonly Axis[] = [undefined, 0, 1, -1, [0, 2], [-1, -3], [2, 0]];
const one = (name: string, shape: readonly number[], run: (x: tf.Tensor) => tf.Tensor, rest = {}): DerivativeCase => ({
  name,
  shapes: [shape],
  run,
  ...rest,
});
// Squares, so that operations that only move values have second derivatives.
const moved = (name: string, shape: readonly number[], run: (x: tf.Tensor) => tf.Tensor): DerivativeCase =>
  one(name, shape, (x) => tf.square(run(x)));

const { logSumExp, max, mean, min, prod, sum } = tf;
const smoothly = { logSumExp, mean, prod, sum, norm: (x: tf.Tensor, axis?: Axis) => tf.norm(x, "euclidean", axis) };

const reductions = (): DerivativeCase[] => [
  ...Object.entries(smoothly).flatMap(([name, run]) =>
    AXES.map((axis) =>
      one(`${name} over ${axis ?? "all"}`, [2, 3, 4], (x) => run(x, axis), { step: 3e-3, tolerance: 2e-2 }),
    ),
  ),
  ...Object.entries({ max, min }).flatMap(([name, run]) =>
    AXES.map((axis) => one(`${name} over ${axis ?? "all"}`, [2, 3, 4], (x) => run(x, axis), KINKED)),
  ),
  ...[0, 1, -1].flatMap((axis) =>
    [false, true].flatMap((exclusive) =>
      [false, true].flatMap((reverse) => [
        one(`cumsum ${axis} ${exclusive} ${reverse}`, [2, 3, 4], (x) => tf.cumsum(x, axis, exclusive, reverse)),
        one(`cumprod ${axis} ${exclusive} ${reverse}`, [2, 3, 4], (x) => tf.cumprod(x, axis, exclusive, reverse)),
      ]),
    ),
  ),
  one("topk", [2, 5], (x) => tf.square(tf.topk(x, 3).values), KINKED),
];

const products = (): DerivativeCase[] => [
  ...[false, true].flatMap((ta) =>
    [false, true].flatMap((tb) =>
      (
        [
          ["matrices", [], []],
          ["batches", [3], [3]],
          ["one for a batch", [1], [3]],
          ["a batch for one", [3], [1]],
          ["matrix for a batch", [], [3]],
        ] as const
      ).map(
        ([kind, a, b]): DerivativeCase => ({
          name: `matMul of ${kind}${ta ? ", a transposed" : ""}${tb ? ", b transposed" : ""}`,
          shapes: [
            [...a, ...(ta ? [3, 2] : [2, 3])],
            [...b, ...(tb ? [4, 3] : [3, 4])],
          ],
          run: (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, ta, tb),
          ...LINEAR,
        }),
      ),
    ),
  ),
  ...(
    [
      ["ij,jk->ik", [2, 3], [3, 4]],
      ["bij,bj->bi", [2, 3, 4], [2, 4]],
      ["ij->ji", [2, 3]],
      ["ij->i", [2, 3]],
      ["abc,acd->abd", [2, 3, 4], [2, 4, 2]],
      ["i,i->", [3], [3]],
      ["bhqd,bhkd->bhqk", [2, 2, 3, 4], [2, 2, 3, 4]],
    ] as const
  ).map(
    ([equation, ...shapes]): DerivativeCase => ({
      name: `einsum ${equation}`,
      shapes: shapes as unknown as number[][],
      run: (...operands: tf.Tensor[]) => tf.einsum(equation, ...operands),
      ...LINEAR,
    }),
  ),
];

const MARGINS: readonly (readonly [number[], [number, number][]])[] = [
  [[4], [[1, 2]]],
  [
    [4, 3],
    [
      [1, 1],
      [2, 1],
    ],
  ],
  [
    [3, 4],
    [
      [0, 2],
      [2, 0],
    ],
  ],
  [
    [2, 3, 3, 2],
    [
      [0, 0],
      [2, 1],
      [1, 2],
      [0, 0],
    ],
  ],
];

const TILES: readonly (readonly [number[], number[]])[] = [
  [[3], [2]],
  [
    [2, 3],
    [2, 3],
  ],
  [
    [1, 2, 1, 2, 1],
    [2, 1, 2, 2, 3],
  ],
];

const movements = (): DerivativeCase[] => [
  ...(["reflect", "symmetric"] as const).flatMap((mode) =>
    MARGINS.map(([shape, margins]) =>
      moved(`mirrorPad, ${mode}, [${shape}]`, shape, (x) => tf.mirrorPad(x, margins, mode)),
    ),
  ),
  ...TILES.map(([shape, reps]) => moved(`tile [${shape}]`, shape, (x) => tf.tile(x, reps))),
  moved("broadcastTo", [1, 2, 1, 1, 2], (x) => tf.broadcastTo(x, [2, 2, 2, 2, 2])),
  ...[0, 1, -1].flatMap((axis) => [
    moved(`split into one, ${axis}`, [4, 6], (x) => tf.split(x, 1, axis)[0]!),
    moved(`part of a split, ${axis}`, [4, 4], (x) => tf.split(x, [1, 3], axis)[1]!),
    moved(`unstack, ${axis}`, [2, 3], (x) => tf.unstack(x, axis)[1]!),
    moved(`stack of one, ${axis}`, [2, 3], (x) => tf.stack([x], axis)),
    moved(`gather, ${axis}`, [3, 4, 5], (x) => tf.gather(x, integers([2, 0, 2]), axis)),
  ]),
  moved("unstack one", [1, 3], (x) => tf.unstack(x, 0)[0]!),
  moved("stridedSlice", [5, 6], (x) => tf.stridedSlice(x, [0, 1], [4, 6], [2, 2])),
  moved("stridedSlice, backwards", [5, 6], (x) => tf.stridedSlice(x, [4, 5], [0, 1], [-2, -1])),
  moved("stridedSlice, masks", [5, 6], (x) => tf.stridedSlice(x, [1, 1], [4, 6], [1, 2], 1, 2)),
  moved("gather of pairs", [2, 4, 3], (x) => tf.gather(x, integers([0, 3, 3, 1], [2, 2]), 1)),
  moved("unsortedSegmentSum", [5, 3], (x) => tf.unsortedSegmentSum(x, integers([2, -1, 2, 1, 0]) as tf.Tensor1D, 4)),
  moved("gatherND", [3, 4], (x) => tf.gatherND(x, integers([0, 1, 2, 3, 0, 1], [3, 2]))),
  moved("scatterND", [3, 2], (x) => tf.scatterND(integers([0, 2, 2], [3, 1]), x, [4, 2])),
  moved("depthToSpace", [1, 2, 3, 8], (x) => tf.depthToSpace(x as tf.Tensor4D, 2)),
];

/** Reductions, products and movements of values. */
export const arrayCases: readonly DerivativeCase[] = [...reductions(), ...products(), ...movements()];
