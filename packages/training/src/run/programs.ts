import type { Batch, Model } from "@latentkit/core";
import { allVariables, trainableVariables } from "@latentkit/core/authoring";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Averages } from "./averages.js";
import { ObjectiveProgram } from "./program.js";

/** The programs of a model's objectives, in their order. */
export function programsOf<B extends Batch>(
  model: Model<B>,
  optimizers: readonly Optimizer[],
  clipNorm: number | undefined,
  averages: Averages | undefined,
): readonly ObjectiveProgram<B>[] {
  const modelVariables = [...allVariables(Object.values(model.networks)), ...Object.values(model.state ?? {})];
  return model.objectives.map((objective, i) => {
    // Averages move once a step: with the last objective that moves their weights.
    const later = new Set(trainableVariables(model.objectives.slice(i + 1).flatMap(({ updates }) => updates)));
    const averaged = trainableVariables(objective.updates).filter((variable) => !later.has(variable));
    return new ObjectiveProgram(objective, { optimizer: optimizers[i]!, clipNorm, averages, averaged, modelVariables });
  });
}
