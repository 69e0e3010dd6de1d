import type * as tf from "@tensorflow/tfjs";
import type { RandomSource } from "../random/random-source.js";
import type { Schedule } from "../schedules/schedule.js";
import type { ModelDescription } from "./description.js";
import type { FieldSpecs } from "./fields.js";

/** One batch of training data: named tensors whose first axis counts the examples. */
export type Batch = Readonly<Record<string, tf.Tensor>>;

/** The batch of unsupervised models: `x` with shape `[batch, …]`, float32. */
export type DataBatch = Readonly<{ x: tf.Tensor }>;

/** The batch of a model that may be told more than `x`, such as the conditions in its `given`. */
export type ConditionedBatch = DataBatch & Readonly<Record<string, tf.Tensor>>;

/** The batch of supervised and conditional models: `x` as in {@link DataBatch}, `label` `[batch]` int32 class numbers. */
export type LabelledBatch = Readonly<{ x: tf.Tensor; label: tf.Tensor }>;

/** What a loss function returns: the scalar to minimise, and the named scalars it is made of, for logs. */
export interface Loss {
  readonly total: tf.Scalar;
  readonly parts?: Readonly<Record<string, tf.Scalar>>;
}

/**
 * What changes from step to step, as tensors. A loss takes noise and schedules from here and from nowhere else, so that
 * the same function can be run eagerly, recorded and compiled, and resumed exactly.
 */
export interface StepContext {
  /** Draws noise: the n-th draw of a step is the same in every run with the same seed. */
  readonly random: RandomSource;
  /** True while weights are moved, false in evaluation: dropout and batch normalisation obey it. */
  readonly training: boolean;
  /** The value of a schedule at this step, as a scalar tensor. A plain number is a constant schedule. */
  schedule(value: Schedule | number): tf.Scalar;
}

/** What one optimiser minimises, and which networks it moves. A GAN has two, an autoencoder one. */
export interface Objective<B extends Batch = Batch> {
  /** Names the objective's losses in logs: `discriminator` gives `discriminator/loss`. */
  readonly name: string;
  /** The networks whose trainable weights this objective moves. */
  readonly updates: readonly tf.LayersModel[];
  /** Updates per training step, each on a fresh batch. Default 1. */
  readonly repeats?: number;
  /**
   * Steps from one turn of this objective to the next. Default 1. With 16 it is updated in steps 0, 16, 32, …: lazy
   * regularisation. Its schedules and noise count its own updates.
   */
  readonly every?: number;
  /** The loss of one batch. Pure in tensors: see {@link StepContext}. */
  loss(batch: B, step: StepContext): Loss;
  /**
   * Runs once in a run, before its first update and on that update's batch, eagerly under every executor: for what data set before
   * anything is trained, such as the first codes of a codebook. May assign state and weights; a run that goes on from a checkpoint
   * does not call it. What is to happen once in a model's life is remembered in state.
   */
  first?(batch: B, step: StepContext): void;
  /** Runs after each update, for what is done to weights beside it, such as clipping them. A part of the compiled step. */
  after?(step: StepContext): void;
}

/** A model: networks, what is minimised, and what else a checkpoint has to carry. Made by factories of `defineModel`. */
export interface Model<B extends Batch = Batch> {
  /** Name of the factory that made it. */
  readonly kind: string;
  /** What a batch has to hold: shapes, values and classes by field. */
  readonly fields: FieldSpecs;
  /** The fields that are conditions: what the model is told beside the data. Absent for unconditional models. */
  readonly given?: FieldSpecs;
  /** The model's networks by name: what a checkpoint saves. */
  readonly networks: Readonly<Record<string, tf.LayersModel>>;
  /**
   * Variables beside the networks' weights, such as a replay buffer. A loss may assign them, and no other variable, when
   * `step.training` is true; executors carry them from step to step, checkpoints and files hold them.
   */
  readonly state?: Readonly<Record<string, tf.Variable>>;
  /** What training minimises, in the order of the updates within a step. */
  readonly objectives: readonly Objective<B>[];
  /**
   * Refuses a batch that the networks have no place for. Training calls it before step 1.
   *
   * @throws DataError for a missing field; ShapeError that prints both shapes.
   */
  checkBatch(batch: B): void;
  /** Its kind and options, for files and checkpoints. */
  describe(): ModelDescription;
  /** Lets go of the weights and the state: they are freed when no other model is made of them. */
  dispose(): void;
}
