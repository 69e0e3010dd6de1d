import { sizeOf } from "@latentkit/core/authoring";
import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import type { Lowerings } from "./types.js";

type Sizes4 = readonly [number, number, number, number];
type Amounts = readonly (readonly [number, number])[];

/** Kernels that give pixels other places without computing. */
export const rearranging: Lowerings = {
  MirrorPad: ({ x }, { paddings, mode }, g) => {
    const amounts = paddings as Amounts;
    if (mode === "symmetric") return amounts.reduce((padded, amount, axis) => mirror(g, padded, axis, amount), x!);
    return g.pad(
      x!,
      amounts.map(([before]) => before),
      amounts.map(([, after]) => after),
      0,
      "reflect",
    );
  },
  FlipLeftRight: ({ image }, _, g) => gather(g, image!, 2, reversed(image!.shape[2]!)),
  DepthToSpace: ({ x }, { blockSize, dataFormat }, g) => {
    if (dataFormat !== "NHWC") throw new Error(`data format ${String(dataFormat)}`);
    const [batch, height, width, depth] = x!.shape as Sizes4;
    const side = blockSize as number;
    const channels = depth / side ** 2;
    const cells = g.reshape(x!, [batch, height, width, side, side, channels]);
    return g.reshape(g.transpose(cells, [0, 1, 3, 2, 4, 5]), [batch, height * side, width * side, channels]);
  },
  SpaceToBatchND: ({ x }, { blockShape, paddings }, g) => {
    const blocks = blockShape as readonly number[];
    const [batch, ...rest] = x!.shape as [number, ...number[]];
    const none = rest.slice(blocks.length).map(() => 0);
    const edge = (side: 0 | 1) => [0, ...(paddings as Amounts).map((amounts) => amounts[side]), ...none];
    const padded = g.pad(x!, edge(0), edge(1));
    const counts = blocks.map((block, i) => padded.shape[i + 1]! / block);
    const others = rest.slice(blocks.length);
    const cells = g.reshape(padded, [batch, ...blocks.flatMap((block, i) => [counts[i]!, block]), ...others]);
    // Places within a block first, then the batch, then the blocks.
    const perm = [
      ...blocks.map((_, i) => 2 * i + 2),
      0,
      ...blocks.map((_, i) => 2 * i + 1),
      ...others.map((_, i) => 2 * blocks.length + 1 + i),
    ];
    return g.reshape(g.transpose(cells, perm), [batch * sizeOf(blocks), ...counts, ...others]);
  },
  BatchToSpaceND: ({ x }, { blockShape, crops }, g) => {
    const blocks = blockShape as readonly number[];
    const [total, ...rest] = x!.shape as [number, ...number[]];
    const [counts, others] = [rest.slice(0, blocks.length), rest.slice(blocks.length)];
    const batch = total / sizeOf(blocks);
    const cells = g.reshape(x!, [...blocks, batch, ...counts, ...others]);
    const perm = [
      blocks.length,
      ...blocks.flatMap((_, i) => [blocks.length + 1 + i, i]),
      ...others.map((_, i) => 2 * blocks.length + 1 + i),
    ];
    const sizes = counts.map((count, i) => count * blocks[i]!);
    const whole = g.reshape(g.transpose(cells, perm), [batch, ...sizes, ...others]);
    const edges = crops as Amounts;
    return g.slice(
      whole,
      [0, ...edges.map(([before]) => before), ...others.map(() => 0)],
      [batch, ...edges.map(([, after], i) => sizes[i]! - after), ...others],
    );
  },
};

/** Pads an axis with its mirror image, the elements at the edge repeated. */
function mirror(g: GraphBuilder, x: Value, axis: number, [before, after]: readonly [number, number]): Value {
  if (before === 0 && after === 0) return x;
  const places = Array.from({ length: x.shape[axis]! }, (_, i) => i);
  const back = places.toReversed();
  return gather(g, x, axis, [...back.slice(back.length - before), ...places, ...back.slice(0, after)]);
}

function reversed(count: number): number[] {
  return Array.from({ length: count }, (_, i) => count - 1 - i);
}

function gather(g: GraphBuilder, x: Value, axis: number, places: readonly number[]): Value {
  const shape = x.shape.map((size, i) => (i === axis ? places.length : size));
  return g.node("Gather", [x, g.list(places)], x.type, shape, { axis });
}
