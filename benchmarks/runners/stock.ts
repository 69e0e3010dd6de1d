import { random } from "@latentkit/core";
import { stepContext, trainableVariables } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Workload } from "../workloads/index.js";
import type { Prepared } from "./runner.js";

/** A workload with `tf.train.adam`, on whatever backend is set. */
export async function prepareStock(workload: Workload): Promise<Prepared> {
  const [model, batch] = [workload.model(), workload.batch()];
  const objectives = model.objectives.map((objective) => {
    const { learningRate, beta1, beta2 } = workload.optimizers[objective.name]!;
    const variables = trainableVariables(objective.updates);
    return {
      objective,
      variables,
      optimizer: tf.train.adam(learningRate, beta1, beta2),
      stream: random(1).stream(objective.name),
    };
  });
  let updates = 0;
  return {
    async step() {
      let last: tf.Scalar | undefined;
      for (const { objective, variables, optimizer, stream } of objectives) {
        for (let repeat = 0; repeat < (objective.repeats ?? 1); repeat++) {
          last?.dispose();
          const context = stepContext(stream.at(updates), updates, true);
          updates++;
          last = optimizer.minimize(() => objective.loss(batch, context).total, true, variables)!;
        }
      }
      const [value] = await last!.data();
      last!.dispose();
      return value!;
    },
  };
}
