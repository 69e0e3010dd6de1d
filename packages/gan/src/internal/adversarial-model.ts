import type { FieldSpecs, GivenLike, RandomSource, StepContext } from "@latentkit/core";
import {
  apply,
  applyAll,
  checkTensor,
  conditionInputs,
  drawGiven,
  givenOf,
  type ModelParts,
  sampleRequest,
} from "@latentkit/core/authoring";
import type { AdversarialLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import type { PenaltyTerm } from "../penalty-terms.js";
import type { Rememberer } from "../replay.js";
import type { Gan, NoisePrior } from "../types.js";
import type { ExampleView } from "../views/example-view.js";
import { checkPlayers } from "./check-players.js";
import { type Game, type GameBatch, objectivesOf } from "./game.js";
import { drawNoise } from "./noise.js";
import { packed } from "./pack.js";

/** Complete options of a game between one generator and one discriminator, and how a model differs from others. */
export interface Rules extends Pick<Game, "discriminatorTerms" | "generatorTerms" | "afterDiscriminator"> {
  readonly owner: string;
  readonly generator: tf.LayersModel;
  readonly discriminator: tf.LayersModel;
  readonly loss: AdversarialLoss;
  readonly prior: NoisePrior;
  readonly discriminatorSteps: number;
  readonly views: readonly ExampleView[];
  readonly penalty?: PenaltyTerm | undefined;
  readonly pack?: number;
  /** What the generator is told. */
  readonly given?: FieldSpecs;
  /** Whether the discriminator is told it too; it names it otherwise, or does not know it. */
  readonly told?: boolean;
  /** Widths of the discriminator's outputs beside its verdict. */
  readonly heads?: readonly number[];
  /** Makes the memory of past samples, from how samples are drawn. */
  readonly remember?: Rememberer | undefined;
  /** Draws the generator's noise. Default from the prior. */
  readonly noise?: (count: number, size: number, random: RandomSource) => { z: tf.Tensor2D; codes?: tf.Tensor2D[] };
}

/** A game as a model: its objectives and what can be done with its networks. */
export function adversarialModel(rules: Rules): ModelParts<Gan> {
  const { owner, generator, discriminator, loss, prior, views, pack = 1, given, told = false } = rules;
  const latentDim = checkPlayers(owner, generator, discriminator, rules);
  const noise: NonNullable<Rules["noise"]> =
    rules.noise ?? ((count, size, random) => ({ z: drawNoise(prior, count, size, random) }));
  const make = (z: tf.Tensor, conditions: tf.Tensor[], step?: StepContext): tf.Tensor =>
    apply(generator, conditions.length > 0 ? [z, ...conditions] : z, step);
  const conditionsOf = (batch: GameBatch): tf.Tensor[] =>
    conditionInputs(owner, given, givenOf(given, batch), batch.x.shape[0]!);
  const view = (x: tf.Tensor, step: StepContext): tf.Tensor =>
    packed(
      views.reduce((seen, one) => one(seen, step), x),
      pack,
    );
  const decode: Gan["decode"] = (z, asked) => {
    checkTensor(owner, "z", z, [null, latentDim]);
    return tf.tidy(() => make(z, conditionInputs(owner, given, asked, z.shape[0]!)));
  };
  const sample: Gan["sample"] = (options, random) => {
    // A model that draws its noise itself, codes among it, has no meaning for either.
    const scaled = rules.noise === undefined ? (["temperature", "truncation"] as const) : [];
    const asked = sampleRequest(owner, [...scaled, ...(given ? (["given"] as const) : [])], options, random);
    const { count } = asked;
    return tf.tidy(() => {
      const drawn: GivenLike = drawGiven(given, asked.given, count, asked.random);
      const z =
        rules.noise?.(count, latentDim, asked.random).z ?? drawNoise(prior, count, latentDim, asked.random, asked);
      return decode(z, drawn);
    });
  };
  const replay = rules.remember?.((count, random) => sample(count, random));

  return {
    networks: { generator, discriminator },
    ...(replay === undefined ? {} : { state: { replay: replay.memory } }),
    fields: { x: { shape: generator.outputs[0]!.shape }, ...given },
    ...(given && { given }),
    adversarialLoss: loss,
    latentDim,
    objectives: objectivesOf({
      ...rules,
      players: { generator: [generator], discriminator: [discriminator] },
      replay,
      generate: (batch, step) => {
        const { z, codes } = noise(batch.x.shape[0]!, latentDim, step.random);
        return { fake: make(z, conditionsOf(batch), step), ...(codes && { codes }) };
      },
      view,
      judge: (seen, batch, step) => {
        const shown = told ? [seen, ...conditionsOf(batch)] : seen;
        return applyAll(discriminator, shown, step) as [tf.Tensor, ...tf.Tensor[]];
      },
    }),
    decode,
    sample,
    discriminate(x, asked) {
      checkTensor(owner, "x", x, generator.outputs[0]!.shape);
      return tf.tidy(() => {
        const shown = packed(x, pack);
        // A discriminator that is told nothing may be handed what the generator was told.
        const asking = told || asked !== undefined;
        const conditions = asking ? conditionInputs(owner, given, asked, x.shape[0]!) : [];
        const [logits] = applyAll(discriminator, told ? [shown, ...conditions] : shown) as [tf.Tensor];
        const verdicts = tf.reshape(loss.output(logits), [logits.shape[0]!, -1]);
        return tf.mean(verdicts, 1) as tf.Tensor1D;
      });
    },
  };
}
