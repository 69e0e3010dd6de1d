import { type Draw, fill } from "./arrays.js";

/** A window along one axis of an image: `out` places, each starting `stride` after the last one, from `-before`. */
export interface Along {
  readonly size: number;
  readonly length: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly out: number;
}

/** Padding as operations take it. */
export type Pad = "same" | "valid" | number;

function along(size: number, length: number, stride: number, dilation: number, pad: Pad, rank: number): Along {
  const reach = (length - 1) * dilation + 1;
  if (pad === "same") {
    const out = Math.ceil(size / stride);
    // TensorFlow.js leaves values before the first window out where strides are larger than windows, in volumes.
    const missing = Math.max(rank === 3 ? Number.NEGATIVE_INFINITY : 0, (out - 1) * stride + reach - size);
    return { size, length, stride, dilation, before: Math.floor(missing / 2), out };
  }
  const before = pad === "valid" ? 0 : pad;
  return { size, length, stride, dilation, before, out: Math.floor((size + 2 * before - reach) / stride) + 1 };
}

/** TensorFlow.js counts columns by the window's height and vertical stride where the padding is a number. */
function asFirst(rows: Along, columns: Along, pad: number): Along {
  const reach = (rows.length - 1) * rows.dilation + 1;
  const size = Math.max(columns.size, reach - 2 * pad);
  return { ...columns, size, out: Math.floor((size + 2 * pad - reach) / rows.stride) + 1 };
}

/** Windows on a batch of images. */
export interface Geometry {
  readonly axes: readonly Along[];
  readonly batch: number;
  readonly channels: number;
  readonly pad: Pad;
  readonly label: string;
}

/** Draws how windows lie on images. */
export function geometry(draw: Draw, rank: number, dilated: boolean): Geometry {
  const square = draw.chance(0.4);
  const pad = draw.pick<Pad>(["same", "same", "valid", rank === 2 ? draw.integer(0, 2) : "valid"]);
  const dilation = dilated && draw.chance(0.3) ? 2 : 1;
  const one = (): Along => {
    const length = draw.integer(1, rank === 3 ? 3 : 5);
    const reach = (length - 1) * dilation + 1;
    const least = pad === "same" ? 1 : pad === "valid" ? reach : Math.max(1, reach - 2 * pad, pad);
    const own = typeof pad === "number" ? Math.min(pad, length - 1) : pad;
    return along(
      draw.integer(least, Math.max(least, rank === 3 ? 5 : 9)),
      length,
      dilation > 1 ? 1 : draw.integer(1, 4),
      dilation,
      own,
      rank,
    );
  };
  const first = one();
  let axes = square ? Array.from({ length: rank }, () => first) : Array.from({ length: rank }, one);
  const own = typeof pad === "number" ? Math.min(...axes.map(({ before }) => before)) : pad;
  axes = axes
    .map((axis) => along(axis.size, axis.length, axis.stride, axis.dilation, own, rank))
    .map((axis) =>
      axis.out > 0
        ? axis
        : along(axis.size + axis.length * dilation, axis.length, axis.stride, axis.dilation, own, rank),
    );
  if (typeof own === "number") axes = [axes[0]!, asFirst(axes[0]!, axes[1]!, own)];
  const list = (key: "size" | "length" | "stride"): string => axes.map((axis) => axis[key]).join("×");
  const label = `${list("size")}, window ${list("length")}, stride ${list("stride")}, dilation ${dilation}, ${own}`;
  return { axes, batch: draw.integer(1, 2), channels: draw.integer(1, 9), pad: own, label };
}

/** Visits the places of the image that a window meets. */
export function visit(
  axes: readonly Along[],
  at: readonly number[],
  meet: (tap: number[], place: number[]) => void,
): void {
  fill(
    axes.map(({ length }) => length),
    "float32",
    (tap) => {
      const place = axes.map(({ stride, before, dilation }, i) => at[i]! * stride - before + tap[i]! * dilation);
      if (place.every((p, i) => p >= 0 && p < axes[i]!.size)) meet([...tap], place);
      return 0;
    },
  );
}

/** One property of each axis. */
export const sizes = (axes: readonly Along[], key: "size" | "length" | "stride" | "out"): number[] =>
  axes.map((axis) => axis[key]);
