import type { Json, StepContext } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";

/** Parameters with their gradients and the optimiser's memory of them, index by index. */
export interface ParameterGroup {
  readonly parameters: readonly tf.Tensor[];
  readonly gradients: readonly tf.Tensor[];
  /** One tensor per parameter and slot, with the parameter's shape; zeros before the first update. */
  readonly slots: Readonly<Record<string, readonly tf.Tensor[]>>;
}

/** New values of parameters and slots. */
export interface UpdatedGroup {
  readonly parameters: readonly tf.Tensor[];
  readonly slots: Readonly<Record<string, readonly tf.Tensor[]>>;
}

/**
 * A rule that moves parameters along their gradients: pure, so that it can be run eagerly or compiled; the trainer keeps
 * its slots and saves them with checkpoints.
 */
export interface Optimizer {
  readonly name: string;
  /** Names of what it remembers of each parameter. */
  readonly slots: readonly string[];
  /**
   * One update.
   *
   * @param schedule - Evaluates numbers that change from update to update, such as the learning rate.
   */
  update(group: ParameterGroup, schedule: StepContext["schedule"]): UpdatedGroup;
  /** The settings, for a checkpoint's manifest. */
  toJSON(): Json;
}
