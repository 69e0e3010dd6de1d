import type { Batch, Objective, StepContext, StepProgram } from "@latentkit/core";
import { trainableVariables, withStep } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Averages } from "./averages.js";
import { clipByGlobalNorm } from "./clip.js";
import { differentiate } from "./differentiate.js";

/** What {@link ObjectiveProgram} needs beside the objective. */
export interface ProgramParts {
  readonly optimizer: Optimizer;
  readonly clipNorm: number | undefined;
  readonly averages: Averages | undefined;
  /** Weights whose averages this program moves. */
  readonly averaged: readonly tf.Variable[];
  /** Variables of the whole model: any of them may be read by the loss. */
  readonly modelVariables: readonly tf.Variable[];
}

/** One update of one objective: loss, gradients, clipping, optimiser, what comes after, averages. */
export class ObjectiveProgram<B extends Batch> implements StepProgram {
  readonly name: string;
  readonly #objective: Objective<B>;
  readonly #parts: ProgramParts;
  readonly #parameters: tf.Variable[];
  readonly #slots: Readonly<Record<string, tf.Variable[]>>;

  constructor(objective: Objective<B>, parts: ProgramParts) {
    this.name = objective.name;
    this.#objective = objective;
    this.#parts = parts;
    this.#parameters = trainableVariables(objective.updates);
    this.#slots = Object.fromEntries(
      parts.optimizer.slots.map((slot) => [
        slot,
        this.#parameters.map((parameter) => tf.tidy(() => tf.variable(tf.zerosLike(parameter), false))),
      ]),
    );
  }

  get variables(): tf.Variable[] {
    const { modelVariables, averages } = this.#parts;
    return [...modelVariables, ...Object.values(this.#slots).flat(), ...(averages?.variables ?? [])];
  }

  /** The optimiser's memory, under the names that checkpoints use. */
  slotVariables(): Map<string, tf.Variable> {
    const named = Object.entries(this.#slots).flatMap(([slot, variables]) =>
      variables.map((variable, i): [string, tf.Variable] => [`optimizer.${this.name}.${slot}.${i}`, variable]),
    );
    return new Map(named);
  }

  run(batch: Batch, context: StepContext): Readonly<Record<string, tf.Scalar>> {
    return tf.tidy(() => {
      const { loss, parts, gradients } = this.#differentiate(batch as B, context);
      const logs: Record<string, tf.Scalar> = { loss, ...parts };
      this.#move(gradients, context, logs);
      this.#objective.after?.(context);
      this.#parts.averages?.update(this.#parts.averaged, context.schedule);
      return logs;
    });
  }

  dispose(): void {
    tf.dispose(Object.values(this.#slots).flat());
  }

  #differentiate(batch: B, context: StepContext) {
    const kept: Record<string, tf.Scalar> = {};
    const total = (): tf.Scalar => {
      const { total, parts } = withStep(context, () => this.#objective.loss(batch, context));
      // Kept because the gradient's own scope would free them; cloned because a part may be the total itself.
      for (const [name, part] of Object.entries(parts ?? {})) kept[name] = tf.keep(part.clone());
      return total;
    };
    try {
      const what = `train: the loss of '${this.name}'`;
      const { value: loss, grads } = differentiate(what, total, this.#parameters);
      const parts = Object.fromEntries(Object.entries(kept).map(([name, part]) => [name, part.clone()]));
      return { loss, parts, gradients: grads };
    } finally {
      tf.dispose(kept);
    }
  }

  /** Moves the parameters that the loss depends on; the others, such as a layer that waits for its turn, stay. */
  #move(gradients: tf.NamedTensorMap, context: StepContext, logs: Record<string, tf.Scalar>): void {
    const moved = this.#parameters.flatMap((parameter, i) => (gradients[parameter.name] ? [i] : []));
    const parameters = moved.map((i) => this.#parameters[i]!);
    let slopes: tf.Tensor[] = parameters.map((parameter) => gradients[parameter.name]!);
    if (this.#parts.clipNorm !== undefined) {
      const clipped = clipByGlobalNorm(slopes, this.#parts.clipNorm);
      slopes = clipped.gradients;
      logs.gradientNorm = clipped.norm;
    }
    const slots = Object.fromEntries(
      Object.entries(this.#slots).map(([slot, variables]) => [slot, moved.map((i) => variables[i]!)]),
    );
    const updated = this.#parts.optimizer.update({ parameters, gradients: slopes, slots }, context.schedule);
    for (const [i, parameter] of parameters.entries()) parameter.assign(updated.parameters[i]!);
    for (const [slot, variables] of Object.entries(slots)) {
      for (const [i, variable] of variables.entries()) variable.assign(updated.slots[slot]![i]!);
    }
  }
}
