import * as tf from "@tensorflow/tfjs";
import { fill, get, tensor } from "./arrays.js";
import { FLOAT, type Generator } from "./case.js";
import { geometry, sizes, visit } from "./geometry.js";

const pool: Generator = (draw) => {
  const rank = draw.pick([2, 2, 3]);
  const g = geometry(draw, rank, false);
  const shape = [g.batch, ...sizes(g.axes, "size"), g.channels];
  const largest = draw.chance(0.5);
  const x = draw.chance(0.3) && largest ? draw.wild(shape) : draw.array(shape);
  const expected = fill([g.batch, ...sizes(g.axes, "out"), g.channels], "float32", (at) => {
    const met: number[] = [];
    visit(g.axes, at.slice(1, -1), (_, place) => met.push(get(x, [at[0]!, ...place, at.at(-1)!])));
    return largest ? Math.max(...met) : met.reduce((sum, v) => sum + v, 0) / Math.max(1, met.length);
  });
  const [window, stride] = [sizes(g.axes, "length") as [number, number], sizes(g.axes, "stride") as [number, number]];
  const op = largest ? tf.maxPool : tf.avgPool;
  const op3 = largest ? tf.maxPool3d : tf.avgPool3d;
  return {
    name: `${largest ? "max" : "avg"}Pool${rank} ${g.label}, [${shape}]`,
    run: () =>
      rank === 2
        ? op(tensor<tf.Rank.R4>(x), window, stride, g.pad)
        : op3(tensor<tf.Rank.R5>(x), window as never, stride as never, g.pad as "same"),
    expected,
    tolerance: FLOAT,
  };
};

const resize: Generator = (draw) => {
  const [h, w] = [draw.integer(1, 6), draw.integer(1, 6)];
  const x = draw.array([draw.integer(1, 2), h, w, draw.integer(1, 5)]);
  const size: [number, number] = [draw.integer(1, 9), draw.integer(1, 9)];
  const [corners, centers, linear] = [draw.chance(0.4), draw.chance(0.4), draw.chance(0.5)];
  const half = centers && !corners;
  const from = (i: number, input: number, output: number): number => {
    const scale = corners && output > 1 ? (input - 1) / (output - 1) : input / output;
    return half ? (i + 0.5) * scale - (linear ? 0.5 : 0) : i * scale;
  };
  const sources = (i: number, input: number, output: number): [number, number][] => {
    const position = from(i, input, output);
    const clip = (v: number): number => Math.min(input - 1, Math.max(0, v));
    if (!linear) return [[clip(corners ? Math.round(position + 1e-9) : Math.floor(position + 1e-9)), 1]];
    const low = Math.floor(position);
    return [
      [clip(low), 1 - (position - low)],
      [clip(low + 1), position - low],
    ];
  };
  const expected = fill([x.shape[0]!, ...size, x.shape[3]!], "float32", ([n, y, z, c]) => {
    let sum = 0;
    for (const [row, p] of sources(y!, h, size[0]))
      for (const [column, q] of sources(z!, w, size[1])) sum += p * q * get(x, [n!, row, column, c!]);
    return sum;
  });
  const op = linear ? tf.image.resizeBilinear : tf.image.resizeNearestNeighbor;
  return {
    name: `resize ${linear ? "linear" : "nearest"} [${x.shape}] to [${size}], corners ${corners}, half ${half}`,
    run: () => op(tensor<tf.Rank.R4>(x), size, corners, half),
    expected,
    tolerance: 1e-4,
  };
};

const flip: Generator = (draw) => {
  const x = draw.array(draw.shape(4, 4));
  return {
    name: `flipLeftRight [${x.shape}]`,
    run: () => tf.image.flipLeftRight(tensor<tf.Rank.R4>(x)),
    expected: fill(x.shape, "float32", ([n, y, z, c]) => get(x, [n!, y!, x.shape[2]! - 1 - z!, c!])),
  };
};

/** Pools, and other operations on images. */
export const pools: readonly Generator[] = [pool, pool, pool, resize, flip];
