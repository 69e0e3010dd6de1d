import type { Batch, Model } from "@latentkit/core";
import { namedWeights } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { Averages } from "./averages.js";
import type { ObjectiveProgram } from "./program.js";

/** All that a checkpoint holds, by the names it holds it under. */
export function savedVariables<B extends Batch>(
  model: Model<B>,
  programs: readonly ObjectiveProgram<B>[],
  averages: Averages | undefined,
): Map<string, tf.Variable> {
  const weights = namedWeights(model.networks);
  const state = Object.entries(model.state ?? {}).map(([name, variable]) => [`state.${name}`, variable] as const);
  return new Map([
    ...weights,
    ...state,
    ...programs.flatMap((program) => [...program.slotVariables()]),
    ...(averages?.named(weights) ?? []),
  ]);
}
