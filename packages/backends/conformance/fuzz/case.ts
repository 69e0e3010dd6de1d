import type * as tf from "@tensorflow/tfjs";
import type { Draw, Nd } from "./arrays.js";

/** One call of an operation, and what it has to give. */
export interface FuzzCase {
  /** What is called, with what decides the outcome. */
  readonly name: string;
  readonly run: () => tf.Tensor | tf.Tensor[];
  /** The right values; absent when the call has to be refused. */
  readonly expected?: Nd | readonly Nd[];
  /** Largest difference relative to the largest value (at least 1); 0, the default, for exact results. */
  readonly tolerance?: number;
}

/** Draws a case of one kind. */
export type Generator = (draw: Draw) => FuzzCase;

/** Tolerance of functions that are computed in float32. */
export const FLOAT = 1e-5;
