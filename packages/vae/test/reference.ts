import { readFile } from "node:fs/promises";
import type { RandomSource } from "@latentkit/core";
import { stepContext, trainableVariables } from "@latentkit/core/authoring";
import { expectSameTensors } from "@latentkit/core/testing";
import * as tf from "@tensorflow/tfjs";
import { expect } from "vitest";
import type { LatentVariableModel } from "../src/index.js";
import type { Parameters } from "./networks.js";

/** What `fixtures/make_reference.py` computed. */
export interface Reference {
  readonly parameters: Parameters;
  readonly x: number[][];
  readonly noise: number[][];
  readonly noises: number[][][];
  readonly beta: number;
  readonly freeBits: number;
  readonly reconstruction: number[];
  readonly kl: number[];
  readonly vaeLoss: number;
  readonly vaeGradients: Parameters;
  readonly freeBitsLoss: number;
  readonly freeBitsGradients: Parameters;
  readonly logWeights: number[][];
  readonly iwaeLoss: number;
  readonly iwaeGradients: Parameters;
}

/** float32 against the float64 of the reference: sums of a few dozen terms of size 1. */
export const TOLERANCE = 2e-5;

/** A loss and the gradient of each weight it moves. */
export interface LossReference {
  readonly loss: number;
  readonly gradients: Parameters;
  readonly parts: Readonly<Record<string, number>>;
}

/** What `fixtures/make_objectives.py` computed, by objective. */
export async function loadObjectives(): Promise<Readonly<Record<string, LossReference>>> {
  return JSON.parse(await readFile(new URL("fixtures/objectives.json", import.meta.url), "utf8"));
}

export async function loadReference(): Promise<Reference> {
  return JSON.parse(await readFile(new URL("fixtures/reference.json", import.meta.url), "utf8"));
}

/** Gives the reference's noise in place of a stream's. */
export function fixedNoise(values: tf.TensorLike): RandomSource {
  return {
    normal: () => tf.tensor(values as number[]),
    uniform: () => {
      throw new Error("a Gaussian model draws no uniform noise");
    },
  };
}

/** Compares a model's loss on `x` and the gradient of every weight with the reference. */
export async function expectLoss(
  model: LatentVariableModel,
  x: tf.Tensor,
  noise: tf.TensorLike,
  loss: number,
  gradients: Parameters,
  objective = model.objectives[0]!,
): Promise<void> {
  const variables = trainableVariables(objective.updates);
  const { value, grads } = tf.variableGrads(
    () => objective.loss({ x }, stepContext(fixedNoise(noise), 0, true)).total,
    variables,
  );
  expect((await value.data())[0]).toBeCloseTo(loss, 4);
  const names = objective.updates.flatMap((network) => network.trainableWeights.map((weight) => weight.originalName));
  expect(names.toSorted()).toEqual(Object.keys(gradients).sort());
  for (const [i, name] of names.entries()) {
    await expectSameTensors(grads[variables[i]!.name]!, tf.tensor(gradients[name] as number[]), TOLERANCE);
  }
  tf.dispose([value, grads as never]);
}

/** Compares the named parts of a model's loss, or looks at all of them and the total. */
export async function expectParts(
  model: LatentVariableModel,
  x: tf.Tensor,
  noise: tf.TensorLike,
  expected: Readonly<Record<string, number>>,
  look: (parts: Readonly<Record<string, number>>) => void = () => {},
): Promise<void> {
  const found: Record<string, number> = {};
  const { total, parts } = tf.tidy(() => {
    const loss = model.objectives[0]!.loss({ x }, stepContext(fixedNoise(noise), 0, true));
    return { total: loss.total, parts: { ...loss.parts } };
  });
  for (const [name, value] of Object.entries({ ...parts, total })) {
    found[name] = (await value.data())[0]!;
    value.dispose();
  }
  for (const [name, value] of Object.entries(expected)) expect(found[name], name).toBeCloseTo(value, 4);
  look(found);
}
