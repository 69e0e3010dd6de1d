import { type FieldSpecs, ShapeError } from "@latentkit/core";
import { checkConditionInputs, checkShape, showShape } from "@latentkit/core/authoring";
import type { AdversarialLoss } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";

/** What a game expects of its two networks. */
export interface PlayerExpectations {
  readonly loss: AdversarialLoss;
  /** What the generator is told beside its noise. */
  readonly given?: FieldSpecs;
  /** Whether the discriminator is told it too. */
  readonly told?: boolean;
  /** Widths of the discriminator's outputs beside its verdict. */
  readonly heads?: readonly number[];
  /** Examples that are judged together. */
  readonly pack?: number;
}

/**
 * Compares a generator and a discriminator with each other and with the game.
 *
 * @returns The width of the generator's noise.
 * @throws ConfigError for a wrong number of inputs; ShapeError for one of another shape.
 */
export function checkPlayers(
  owner: string,
  generator: tf.LayersModel,
  discriminator: tf.LayersModel,
  expected: PlayerExpectations,
): number {
  const { loss, given = {}, told = false, heads = [], pack = 1 } = expected;
  checkConditionInputs(owner, "generator", generator, given);
  checkConditionInputs(owner, "discriminator", discriminator, told ? given : {});
  checkShape(owner, "generator's noise", generator.inputs[0]!.shape, [null, null]);
  expectOutputs(owner, "generator", generator, 1);
  expectOutputs(owner, "discriminator", discriminator, 1 + heads.length);

  const made = generator.outputs[0]!.shape;
  const seen = [...made.slice(0, -1), made.at(-1)! * pack];
  const input = discriminator.inputs[0]!.shape;
  if (input.length !== seen.length || !input.every((size, i) => size === null || size === seen[i])) {
    const packs = pack === 1 ? "" : ` (${pack} examples of ${showShape(made)} packed)`;
    throw new ShapeError(
      `${owner}: expected \`discriminator\` to take ${showShape(seen)}${packs}, received a network that takes ${showShape(input)}.`,
    );
  }
  const { verdict = 1, name } = loss;
  const logits = discriminator.outputs[0]!.shape;
  if (logits.length < 2 || logits.at(-1) !== verdict) {
    throw new ShapeError(
      `${owner}: expected \`discriminator\` to give verdicts [batch, …, ${verdict}] for the ${name} loss, received ${showShape(logits)}.`,
    );
  }
  heads.forEach((width, i) => {
    checkShape(owner, `discriminator's output ${i + 2}`, discriminator.outputs[i + 1]!.shape, [null, width]);
  });
  return generator.inputs[0]!.shape[1]!;
}

function expectOutputs(owner: string, name: string, network: tf.LayersModel, count: number): void {
  if (network.outputs.length === count) return;
  throw new ShapeError(
    `${owner}: expected \`${name}\` to have ${count} output(s), received ${network.outputs.length}.`,
  );
}
