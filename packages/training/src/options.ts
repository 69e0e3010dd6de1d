import {
  type Batch,
  type Callback,
  ConfigError,
  type Dataset,
  type Executor,
  type HistoryRow,
  type Model,
} from "@latentkit/core";
import { check } from "@latentkit/core/authoring";
import type { CheckpointStore } from "./checkpoints/store.js";
import { adam } from "./optimizers/adam.js";
import type { OptimizerName } from "./optimizers/named.js";
import type { Optimizer } from "./optimizers/optimizer.js";
import type { WeightAverages } from "./run/averages.js";
import type { Difference } from "./run/identity.js";
import type { ValidationOptions } from "./run/validate.js";

/** Examples in a batch unless the options say otherwise. */
export const DEFAULT_BATCH_SIZE = 64;

/** Where checkpoints go. */
export interface CheckpointOptions {
  /** A folder of the file system; or give a `store`. */
  readonly folder?: string;
  /** Any other place, such as `indexedDbStore` in a browser. */
  readonly store?: CheckpointStore;
  /** Steps between two checkpoints. Default after each epoch. One more is written at the end. */
  readonly every?: number;
  /** How many of the newest are kept. Default 3. */
  readonly keep?: number;
  /** Continue from the newest checkpoint when there is one. Default false, which refuses a place that has some. */
  readonly resume?: boolean;
  /**
   * What may differ from the run that wrote the checkpoint, such as `["optimizers"]`. Default nothing. An optimiser that is another
   * one begins without memory.
   */
  readonly allow?: readonly Difference[];
}

/** Options of {@link train}. */
export interface TrainOptions<B extends Batch> {
  /** Steps to train for in all, those before a resume included. Give this or `epochs`. */
  readonly steps?: number;
  /** Passes over the data to train for in all. */
  readonly epochs?: number;
  /** Examples in a batch. Default 64. */
  readonly batchSize?: number;
  /** Seed of the data order and of all noise. Default 0. */
  readonly seed?: number;
  /**
   * One optimiser for every objective, or one by objective's name; `"adam"`, `"rmsprop"` and `"sgd"` stand for those with their
   * defaults. Default `adam()`. A learning rate's schedule counts the updates of its objective, which are `repeats` a step.
   */
  readonly optimizers?: Optimizer | OptimizerName | Readonly<Record<string, Optimizer | OptimizerName>>;
  /** Largest joint norm of an objective's gradients; longer ones are scaled down. The norm is logged. */
  readonly clipNorm?: number;
  /** Decay of a moving average of the weights, such as 0.999. Default none. */
  readonly ema?: number;
  /** Data that losses are computed on now and then, or those with how often and how many. Default none. */
  readonly validation?: Dataset<B> | ValidationOptions<B>;
  /** What is told how the run goes, one or several. Default none. */
  readonly callbacks?: Callback | readonly Callback[];
  /** The folder where checkpoints go, or more about them. Default none. */
  readonly checkpoint?: string | CheckpointOptions;
  /** How steps run. Default eagerly. */
  readonly executor?: Executor;
  /** Ends the run after the step it is in, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Steps between two rows of the history. Default 10. */
  readonly logEvery?: number;
  /** Receives warnings, such as a damaged checkpoint that was passed over. Default `console.warn`. */
  readonly warn?: (message: string) => void;
}

/** {@link TrainOptions} with each shorter form written out. */
export interface FullOptions<B extends Batch>
  extends Omit<TrainOptions<B>, "optimizers" | "validation" | "callbacks" | "checkpoint"> {
  readonly optimizers?: Optimizer | Readonly<Record<string, Optimizer>>;
  readonly validation?: ValidationOptions<B>;
  readonly callbacks?: readonly Callback[];
  readonly checkpoint?: CheckpointOptions;
}

/** What {@link train} returns. */
export interface TrainResult {
  readonly history: readonly HistoryRow[];
  /** Steps done, those before a resume included. */
  readonly step: number;
  /** Passes over the data completed. */
  readonly epoch: number;
  /** Why the run ended: `completed`, `aborted`, or the reason that a callback gave. */
  readonly stopped: string;
  /** Moving averages of the weights, when `ema` was given; the caller disposes them. */
  readonly averages?: WeightAverages;
  /** The last checkpoint. */
  readonly checkpoint?: string;
}

/** The optimiser of each objective, in their order. */
export function optimizersOf<B extends Batch>(
  model: Model<B>,
  given: FullOptions<B>["optimizers"] = adam(),
): readonly Optimizer[] {
  const expected = "an optimiser such as adam(), or one by objective's name";
  const usable = typeof given === "object" && given !== null;
  check("train").that("optimizers", given, usable, expected);
  if (isOptimizer(given)) return model.objectives.map(() => given);
  check("train: optimizers").known(
    given,
    model.objectives.map((objective) => objective.name),
  );
  return model.objectives.map(({ name }) => {
    const optimizer = given[name];
    if (optimizer === undefined) {
      throw new ConfigError(
        `train: expected an optimiser for the objective '${name}' in \`optimizers\`, received none.`,
      );
    }
    check("train: optimizers").that(name, optimizer, isOptimizer(optimizer), "an optimiser such as adam()");
    return optimizer;
  });
}

/** Steps of a whole run, as far as that is known before it ends. */
export function totalSteps<B extends Batch>(
  model: Model<B>,
  dataset: Dataset<B>,
  { steps, epochs, batchSize = DEFAULT_BATCH_SIZE }: FullOptions<B>,
): number | undefined {
  if (steps !== undefined || dataset.size === undefined) return steps;
  const batches = epochs! * Math.floor(dataset.size / batchSize);
  return Math.ceil(batches / model.objectives.reduce((sum, { repeats = 1, every = 1 }) => sum + repeats / every, 0));
}

function isOptimizer(value: Optimizer | Readonly<Record<string, Optimizer>>): value is Optimizer {
  return typeof value?.update === "function";
}
