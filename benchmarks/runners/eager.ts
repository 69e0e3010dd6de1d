import { random } from "@latentkit/core";
import { stepContext, trainableVariables, withRandom } from "@latentkit/core/authoring";
import { adam } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import type { Workload } from "../workloads/index.js";
import type { Prepared } from "./runner.js";

/**
 * The loop that a user would write by hand: gradients, the optimiser, the weights assigned.
 *
 * @returns One update of every objective, as often as its `repeats` say; the last loss is not read yet.
 */
export function handWritten(workload: Workload): { update(): tf.Scalar; dispose(): void } {
  const [model, batch] = [workload.model(), workload.batch()];
  const objectives = model.objectives.map((objective) => {
    const variables = trainableVariables(objective.updates);
    const zeros = () => tf.tidy(() => variables.map((variable) => tf.variable(tf.zerosLike(variable), false)));
    const optimizer = adam(workload.optimizers[objective.name]);
    return {
      objective,
      variables,
      optimizer,
      slots: { mean: zeros(), square: zeros() },
      stream: random(1).stream(objective.name),
      updates: 0,
    };
  });
  return {
    update() {
      let last: tf.Scalar | undefined;
      for (const state of objectives) {
        for (let repeat = 0; repeat < (state.objective.repeats ?? 1); repeat++) {
          last?.dispose();
          last = tf.tidy(() => {
            const { objective, variables, optimizer, slots, stream } = state;
            const context = stepContext(stream.at(state.updates), state.updates, true);
            state.updates++;
            const { value, grads } = tf.variableGrads(
              () => withRandom(context.random, () => objective.loss(batch, context)).total,
              variables,
            );
            const gradients = variables.map((variable) => grads[variable.name]!);
            const moved = optimizer.update({ parameters: variables, gradients, slots }, context.schedule);
            for (const [i, variable] of variables.entries()) {
              variable.assign(moved.parameters[i]!);
              slots.mean[i]!.assign(moved.slots.mean![i]!);
              slots.square[i]!.assign(moved.slots.square![i]!);
            }
            return value;
          });
        }
      }
      return last!;
    },
    dispose() {
      model.dispose();
      tf.dispose([Object.values(batch), objectives.map(({ slots }) => [slots.mean, slots.square])].flat(3));
    },
  };
}

/** {@link handWritten} with its loss read after each step. */
export async function prepareEager(workload: Workload): Promise<Prepared> {
  const loop = handWritten(workload);
  return {
    async step() {
      const loss = loop.update();
      const [value] = await loss.data();
      loss.dispose();
      return value!;
    },
    dispose: () => loop.dispose(),
  };
}
