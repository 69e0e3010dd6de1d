import type * as tf from "@tensorflow/tfjs";
import type { Random } from "../random/random.js";
import type { Json } from "./json.js";
import type { Batch, StepContext } from "./model.js";

/**
 * One update of one objective as a function of tensors: loss, gradients, clipping, optimiser, what comes after the update, and averages.
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

/**
 * A program that an executor has made ready to run many times. Whoever reads or uses its variables between two updates finds
 * the newest values there, and what somebody assigns counts.
 */
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
  /** What a run that continues from here has to know beside its weights, such as what was found out about the program. */
  save?(): Json;
  /** Takes back what {@link PreparedStep.save} gave, before the first update. */
  load?(state: Json): void;
  /** Frees what the executor holds. The variables keep their values. */
  dispose?(): void | Promise<void>;
}

/**
 * A function of a batch for looking at a model: losses of validation, reconstructions, samples. It reads weights and changes
 * nothing; noise and schedules come from `step`, which is not a training one.
 */
export type InferenceFunction = (batch: Batch, step: StepContext) => Readonly<Record<string, tf.Tensor>>;

/** An {@link InferenceFunction} that an executor has made ready to run many times. */
export interface PreparedFunction {
  /**
   * Computes the function with the weights of now.
   *
   * @param batch - Owned by the caller; empty for a function that needs none, such as one that samples.
   * @param random - Where the function's noise comes from; one that draws none needs none.
   * @param update - What schedules are read at. Default 0.
   * @returns The results, which the caller disposes.
   */
  run(batch: Batch, random?: Random, update?: number): Promise<Readonly<Record<string, tf.Tensor>>>;
  /** Frees what the executor holds. */
  dispose(): void | Promise<void>;
}

/** Makes a function ready to run many times; calls it once for each shape of batches when it is compiled. */
export type Compile = (fn: InferenceFunction) => PreparedFunction;

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
  /** Makes a function for looking at a model ready: whatever is shown or measured during a run is computed as fast as the run. */
  readonly compile: Compile;
}
