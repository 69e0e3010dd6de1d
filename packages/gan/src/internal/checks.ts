import { check, checkShape, ShapeError, showShape } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import type { AdversarialOptions } from "../types.js";

/** Names of {@link AdversarialOptions}, for the refusal of misspelt ones. */
export const ADVERSARIAL_OPTIONS = ["prior", "discriminatorSteps", "penalty", "views"] as const;

/** The options that all models share, checked and with their defaults. */
export function checkAdversarial(
  owner: string,
  options: AdversarialOptions,
  defaultSteps = 1,
): Required<Pick<AdversarialOptions, "prior" | "discriminatorSteps" | "views">> {
  const { prior = "normal", discriminatorSteps = defaultSteps, views = [] } = options;
  check(owner).oneOf("prior", prior, ["normal", "uniform"]);
  check(owner).integer("discriminatorSteps", discriminatorSteps, { min: 1 });
  check(owner).that("views", views, Array.isArray(views), "a list of views");
  return { prior, discriminatorSteps, views };
}

/** Width of the first input of a generator. */
export function checkGenerator(owner: string, generator: tf.LayersModel, inputs: number): number {
  const shapes = generator.inputs.map((input) => input.shape);
  if (shapes.length !== inputs) {
    throw new ShapeError(`${owner}: expected \`generator\` to have ${inputs} input(s), received ${shapes.length}.`);
  }
  checkShape(owner, "generator's noise", shapes[0]!, [null, null]);
  if (generator.outputs.length !== 1) {
    throw new ShapeError(`${owner}: expected \`generator\` to have one output, received ${generator.outputs.length}.`);
  }
  return shapes[0]![1]!;
}

/** Compares a discriminator's inputs and outputs with what a generator makes. */
export function checkDiscriminator(
  owner: string,
  networks: { readonly generator: tf.LayersModel; readonly discriminator: tf.LayersModel },
  expected: { readonly inputs: number; readonly outputs: number; readonly pack?: number },
): void {
  const { generator, discriminator } = networks;
  const made = generator.outputs[0]!.shape;
  const { inputs, outputs, pack = 1 } = expected;
  if (discriminator.inputs.length !== inputs || discriminator.outputs.length !== outputs) {
    throw new ShapeError(
      `${owner}: expected \`discriminator\` to have ${inputs} input(s) and ${outputs} output(s), received ${discriminator.inputs.length} and ${discriminator.outputs.length}.`,
    );
  }
  const seen = [...made.slice(0, -1), made.at(-1)! * pack];
  const input = discriminator.inputs[0]!.shape;
  const fits = input.length === seen.length && input.every((size, i) => size === null || size === seen[i]);
  if (!fits) {
    const packs = pack === 1 ? "" : ` (${pack} examples of ${showShape(made)} packed)`;
    throw new ShapeError(
      `${owner}: expected \`discriminator\` to take ${showShape(seen)}${packs}, received a network that takes ${showShape(input)}.`,
    );
  }
  checkShape(owner, "discriminator's logits", discriminator.outputs[0]!.shape, [null, 1]);
}
