import type { Compile } from "./executor.js";
import type { Json } from "./json.js";
import type { Model } from "./model.js";

/** One row of a run's history: the step, the epoch, and the means of the logged values since the row before. */
export type HistoryRow = Readonly<Record<string, number>>;

/** What a callback sees of a run; `M` is the model that is trained. */
export interface TrainingEvent<M extends Model<never> = Model> {
  readonly model: M;
  /** Steps done since the run began, those before a resume included. */
  readonly step: number;
  /** Passes over the data completed. */
  readonly epoch: number;
  /** Steps the run will have at its end, when that is known. */
  readonly totalSteps: number | undefined;
  /** The newest values, such as `vae/loss` or `validation/vae/loss`. */
  readonly logs: Readonly<Record<string, number>>;
  readonly history: readonly HistoryRow[];
  /** Steps per second over the last interval. */
  readonly stepsPerSecond: number;
  /**
   * Makes a function for looking at the model ready in the way in which the run computes its steps. Call it once, at the
   * first event, and keep what it gives: it is computed with the newest weights each time, and freed with the run.
   */
  readonly compile: Compile;
  /** Ends the run cleanly after this event, with a checkpoint. */
  stop(reason: string): void;
}

/**
 * Watches a run. Every method is optional; each is awaited. Weights that it reads are the newest ones, and weights that it assigns
 * are trained on, however the run computes its steps.
 */
export interface Callback<M extends Model<never> = Model> {
  /** Names the callback in errors, and its saved state in checkpoints. */
  readonly name: string;
  /** Steps between two calls of `onStep`. Default the run's `logEvery`. */
  readonly every?: number;
  /** Before the first step of the run, a resumed one included. */
  onStart?(event: TrainingEvent<M>): void | Promise<void>;
  /** Every `every` steps, after the step. */
  onStep?(event: TrainingEvent<M>): void | Promise<void>;
  /** After each validation; `event.logs` holds its values. */
  onValidation?(event: TrainingEvent<M>): void | Promise<void>;
  /** After each pass over the data. */
  onEpoch?(event: TrainingEvent<M>): void | Promise<void>;
  /** Also called when a run ends early or fails. */
  onEnd?(event: TrainingEvent<M>): void | Promise<void>;
  /** State that a resumed run needs, such as the best value so far. */
  save?(): Json;
  /** Takes back what `save` gave. */
  load?(state: Json): void;
}
