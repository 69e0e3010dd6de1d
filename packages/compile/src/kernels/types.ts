import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";

/** The inputs of a kernel by TensorFlow.js's names; a list has the names `0`, `1`, …. */
export type KernelInputs = Readonly<Record<string, Value>>;

/** The attributes of a kernel as TensorFlow.js passes them. */
export type KernelAttributes = Readonly<Record<string, unknown>>;

/** Writes one kernel as operations of the graph and returns its results. */
export type Lowering = (inputs: KernelInputs, attributes: KernelAttributes, g: GraphBuilder) => Value | Value[];

/** Lowerings by kernel name. */
export type Lowerings = Readonly<Record<string, Lowering>>;

/** Axes that may be absent (all), a number, or negative, as sorted indices. */
export function axesOf(axis: unknown, rank: number): number[] {
  const list = axis === undefined || axis === null ? Array.from({ length: rank }, (_, i) => i) : [axis].flat();
  return (list as number[]).map((a) => (a < 0 ? a + rank : a)).sort((a, b) => a - b);
}
