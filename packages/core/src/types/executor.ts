import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../random/random.js";
import type { Batch, StepContext } from "./model.js";

/**
 * One update of one objective as a function of tensors: loss, gradients, clipping, optimiser, constraint and averages.
 * Running it moves `variables` and returns the scalars to log, which the caller disposes.
 */
export interface StepProgram {
  /** The objective's name. */
  readonly name: string;
  /** Every variable the program may read or write, in a fixed order. */
  readonly variables: readonly tf.Variable[];
  /** Does one update. */
  run(batch: Batch, context: StepContext): Readonly<Record<string, tf.Scalar>>;
}

/** A program that an executor has made ready to run many times. */
export interface PreparedStep {
  /**
   * Runs one update.
   *
   * @param batch - Owned by the caller.
   * @param update - Number of this update of the program, from 0: schedules and noise depend on it and on nothing else.
   * @returns The scalars to log: numbers, or scalar tensors that the caller disposes.
   */
  run(
    batch: Batch,
    update: number,
  ): Readonly<Record<string, tf.Scalar | number>> | Promise<Readonly<Record<string, tf.Scalar | number>>>;
  /** Writes weights that the executor holds elsewhere back into the variables. */
  pull?(): Promise<void>;
  /** Takes the variables' values again after somebody else changed them. */
  push?(): Promise<void>;
  /** Frees what the executor holds. */
  dispose?(): void;
}

/** Decides how training steps run: eagerly, or recorded and compiled. */
export interface Executor {
  readonly name: string;
  /**
   * Makes the programs of a run ready.
   *
   * @param programs - The programs of one run, in the order of their updates; variables may be shared among them.
   * @param random - The run's stream; program p, update n draws from `random.stream(p.name).at(n)`.
   */
  prepare(programs: readonly StepProgram[], random: Random): readonly PreparedStep[];
}
