import {
  ConfigError,
  type FieldSpecs,
  type Loss,
  type Objective,
  type RandomSource,
  type StepContext,
} from "@latentkit/core";
import { checkConditionInputs, checkShape } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { GameBatch } from "./game.js";

/** The networks of a style-based generator: noise to a style, and styles to a picture. */
export interface StyleNetworks {
  readonly mapping: tf.LayersModel;
  readonly synthesis: tf.LayersModel;
}

/** A term that is computed in some steps only, beside the loss of its player. */
export interface LazyTerm {
  readonly name: string;
  /** Steps from one turn to the next; the term weighs as much more. */
  readonly every: number;
  value(batch: GameBatch, step: StepContext): tf.Scalar;
}

/** Checks that a mapping, a synthesis and a discriminator fit each other. */
export function checkStyleNetworks(
  owner: string,
  { mapping, synthesis }: StyleNetworks,
  discriminator: tf.LayersModel,
  given: FieldSpecs = {},
): { readonly latentDim: number; readonly styleDim: number; readonly places: number } {
  checkConditionInputs(owner, "mapping", mapping, given);
  checkConditionInputs(owner, "discriminator", discriminator, given);
  const [noise, style] = [mapping.inputs[0]!.shape, mapping.outputs[0]!.shape];
  checkShape(owner, "mapping's noise", noise, [null, null]);
  checkShape(owner, "mapping's style", style, [null, null]);
  for (const [i, input] of synthesis.inputs.entries()) {
    checkShape(owner, `synthesis' input ${i}`, input.shape, [null, style[1]!]);
  }
  checkShape(owner, "discriminator's input", discriminator.inputs[0]!.shape, synthesis.outputs[0]!.shape);
  if (synthesis.inputs.length < 2) {
    throw new ConfigError(
      `${owner}: expected \`synthesis\` to have two styles or more, received ${synthesis.inputs.length}.`,
    );
  }
  return { latentDim: noise[1]!, styleDim: style[1]!, places: synthesis.inputs.length };
}

/** The same style for every place of a synthesis. */
export function everywhere(style: tf.Tensor2D, places: number): tf.Tensor2D[] {
  return Array.from({ length: places }, () => style);
}

/**
 * Mixing regularisation: with probability `share` an example takes the styles from a place at random on from a second code. Call it within
 * `tf.tidy`.
 */
export function mixedStyles(
  first: tf.Tensor2D,
  second: tf.Tensor2D,
  places: number,
  share: number,
  random: RandomSource,
): tf.Tensor2D[] {
  const count = first.shape[0];
  const mixes = tf.cast(tf.less(random.uniform([count, 1]), share), "float32");
  const crossing = tf.add(tf.floor(random.uniform([count, 1], 0, places - 1)), 1); // 1 … places − 1
  return Array.from({ length: places }, (_, place) => {
    const taken = tf.mul(mixes, tf.cast(tf.lessEqual(crossing, place), "float32"));
    return tf.add(first, tf.mul(taken, tf.sub(second, first))) as tf.Tensor2D;
  });
}

/**
 * A player's objective, and a second one for terms that are computed in some steps only. That one has the player's loss as well: an
 * optimiser that scales its steps would otherwise give a term alone a whole step, whatever its weight.
 */
export function withLazyTerm(objective: Objective<GameBatch>, term: LazyTerm): Objective<GameBatch>[] {
  const both: Objective<GameBatch>["loss"] = (batch, step) => {
    let result: Loss | undefined;
    tf.tidy(() => {
      const { total, parts } = objective.loss(batch, step);
      const value = term.value(batch, step);
      const weighted = tf.mul<tf.Scalar>(term.every, value);
      result = { total: tf.add<tf.Scalar>(total, weighted), parts: { ...parts, [term.name]: value } };
      return [result.total, ...Object.values(result.parts!)];
    });
    return result!;
  };
  if (term.every === 1) return [{ ...objective, loss: both }];
  return [
    objective,
    { name: `${objective.name}-${term.name}`, updates: objective.updates, every: term.every, loss: both },
  ];
}
