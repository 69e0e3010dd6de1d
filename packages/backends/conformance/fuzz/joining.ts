import * as tf from "@tensorflow/tfjs";
import { type Draw, fill, get, type Nd, tensor } from "./arrays.js";
import type { Generator } from "./case.js";

/** The types whose values can be moved. */
export const TYPES = ["float32", "int32", "bool"] as const;

/** Draws a tensor of some type and rank. */
export function some(draw: Draw, low = 1, high = 5): Nd {
  const rank = draw.integer(low, draw.chance(0.1) ? 8 : high);
  return draw.array(draw.shape(rank, rank > 5 ? 3 : 5), draw.pick(TYPES));
}

const concat: Generator = (draw) => {
  const first = some(draw, 1, 4);
  const axis = draw.integer(0, first.shape.length - 1);
  const parts = Array.from({ length: draw.integer(1, 4) }, () =>
    draw.array(
      first.shape.map((n, i) => (i === axis ? draw.integer(draw.chance(0.2) ? 0 : 1, 4) : n)),
      first.dtype,
    ),
  );
  const length = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
  const value = (at: readonly number[]): number => {
    const place = [...at];
    for (const part of parts) {
      if (place[axis]! < part.shape[axis]!) return get(part, place);
      place[axis]! -= part.shape[axis]!;
    }
    return Number.NaN;
  };
  return {
    name: `concat ${first.dtype} ${parts.map(({ shape }) => `[${shape}]`).join(" ")} along ${axis}`,
    run: () =>
      tf.concat(
        parts.map((part) => tensor(part)),
        axis,
      ),
    expected: fill(
      first.shape.map((n, i) => (i === axis ? length : n)),
      first.dtype,
      value,
    ),
  };
};

const stack: Generator = (draw) => {
  const shape = draw.shape(draw.integer(0, 4), 4);
  const dtype = draw.pick(TYPES);
  const parts = Array.from({ length: draw.integer(1, 4) }, () => draw.array(shape, dtype));
  const axis = draw.integer(0, shape.length);
  const all = [...shape.slice(0, axis), parts.length, ...shape.slice(axis)];
  const joined = fill(all, dtype, (at) => get(parts[at[axis]!]!, [...at.slice(0, axis), ...at.slice(axis + 1)]));
  if (draw.chance(0.5))
    return {
      name: `unstack ${dtype} [${all}] along ${axis}`,
      run: () => tf.unstack(tensor(joined), axis),
      expected: parts,
    };
  return {
    name: `stack ${dtype} ${parts.length} × [${shape}] along ${axis}`,
    run: () =>
      tf.stack(
        parts.map((part) => tensor(part)),
        axis,
      ),
    expected: joined,
  };
};

const split: Generator = (draw) => {
  const x = some(draw, 1, 4);
  const axis = draw.integer(0, x.shape.length - 1);
  const cut = draw.integer(0, x.shape[axis]!);
  const sizes = [cut, x.shape[axis]! - cut];
  const part = (k: number): Nd =>
    fill(
      x.shape.map((n, i) => (i === axis ? sizes[k]! : n)),
      x.dtype,
      (at) =>
        get(
          x,
          at.map((v, i) => (i === axis && k === 1 ? v + cut : v)),
        ),
    );
  return {
    name: `split ${x.dtype} [${x.shape}] into [${sizes}] along ${axis}`,
    run: () => tf.split(tensor(x), sizes, axis),
    expected: [part(0), part(1)],
  };
};

/** Operations that join tensors and take them apart. */
export const joining: readonly Generator[] = [concat, concat, stack, split];
