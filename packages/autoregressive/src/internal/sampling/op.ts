import type * as tf from "@tensorflow/tfjs";
import type { Kernels } from "./kernels.js";
import type { Grid, Value } from "./value.js";

/** Memory of one run, and what is computed in it. */
export interface Runtime {
  readonly kernels: Kernels;
  /** The memory as floats. */
  readonly floats: Float32Array;
  /** Values side by side: the pictures of a run, filled up to a multiple of 8. */
  readonly lanes: number;
  /** Address of a weight. */
  weight(variable: tf.LayerVariable): number;
}

/** A layer at work, place by place. */
export interface Op {
  readonly output: Value;
  /** The weights that it reads. */
  readonly weights?: readonly tf.LayerVariable[];
  /** Floats of its own, such as a state, kept from place to place. */
  scratch?(lanes: number): number;
  /** Makes it ready; `scratch` is the address of its own memory, all zeros. */
  bind(runtime: Runtime, scratch: number): Run;
}

/**
 * Computes the output at a place: one of its blocks, or all of it.
 *
 * @param block - Which block; 0 where there is one.
 */
export type Run = (row: number, column: number, block: number) => void;

/** Makes the op of a layer from the values of its inputs. */
export type Builder = (layer: tf.layers.Layer, inputs: readonly Value[], shape: readonly (number | null)[]) => Op;

/** A block's channels: from, to. */
export function channelsOf({ channels, blocks }: Value, block: number): [from: number, to: number] {
  const size = channels / blocks;
  return [block * size, (block + 1) * size];
}

/** Where a block's values stand behind a place's address, in bytes, and how many floats they are. */
export function spanOf(value: Value, block: number, lanes: number): [at: number, size: number] {
  const [from, to] = channelsOf(value, block);
  return [from * lanes * 4, (to - from) * lanes];
}

/** The grid of a value. */
export function gridOf({ height, width, step }: Grid): Grid {
  return { height, width, step };
}
