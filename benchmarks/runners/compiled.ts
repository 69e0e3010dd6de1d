import { type OnnxOptions, onnx } from "@latentkit/compile";
import { type Objective, type PreparedStep, random, type StepProgram } from "@latentkit/core";
import { allVariables, trainableVariables, withRandom } from "@latentkit/core/authoring";
import { adam } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import type { Workload } from "../workloads/index.js";
import type { AdamSettings } from "../workloads/workload.js";
import type { Prepared } from "./runner.js";

/** One update of an objective with the library's Adam. */
function programOf(objective: Objective, settings: AdamSettings | undefined, all: readonly tf.Variable[]): StepProgram {
  const parameters = trainableVariables(objective.updates);
  const optimizer = adam(settings);
  const zeros = () => tf.tidy(() => parameters.map((parameter) => tf.variable(tf.zerosLike(parameter), false)));
  const slots = { mean: zeros(), square: zeros() };
  return {
    name: objective.name,
    variables: [...all, ...slots.mean, ...slots.square],
    run: (batch, context) =>
      tf.tidy(() => {
        const { value: loss, grads } = tf.variableGrads(
          () => withRandom(context.random, () => objective.loss(batch, context)).total,
          parameters,
        );
        const gradients = parameters.map((parameter) => grads[parameter.name]!);
        const moved = optimizer.update({ parameters, gradients, slots }, context.schedule);
        for (const [i, parameter] of parameters.entries()) {
          parameter.assign(moved.parameters[i]!);
          slots.mean[i]!.assign(moved.slots.mean![i]!);
          slots.square[i]!.assign(moved.slots.square![i]!);
        }
        return { loss };
      }),
  };
}

/** A workload whose objectives are one ONNX graph each, with the library's Adam; the check against eager steps left out. */
export async function prepareCompiled(workload: Workload, options: OnnxOptions): Promise<Prepared> {
  const [model, batch] = [workload.model(), workload.batch()];
  const all = allVariables(Object.values(model.networks));
  const programs = model.objectives.map((o) => programOf(o, workload.optimizers[o.name], all));
  const executor = onnx({ ...options, verifySteps: 0 });
  const steps: readonly PreparedStep[] = executor.prepare(programs, random(1));
  const updates = steps.map(() => 0);
  return {
    async step() {
      let loss = Number.NaN;
      for (const [i, step] of steps.entries()) {
        for (let repeat = 0; repeat < (model.objectives[i]!.repeats ?? 1); repeat++) {
          const logs = await step.run(batch, updates[i]!++);
          loss = logs.loss as number;
        }
      }
      return loss;
    },
    dispose() {
      for (const step of steps) step.dispose?.();
      model.dispose();
      tf.dispose(Object.values(batch));
    },
  };
}
