import type { Batch, Loss, Objective, StepContext } from "@latentkit/core";
import type { AdversarialLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import type { PenaltyTerm } from "../penalty-terms.js";
import type { ReplayBuffer } from "../replay.js";

/** What the generating player made in one step, and the codes that it was told. */
export interface Generated {
  readonly fake: tf.Tensor;
  /** The codes an information-maximising model wants back. */
  readonly codes?: readonly tf.Tensor2D[];
}

/** What the judging player says: logits `[judged, …, width]` first, then the outputs of its other heads. */
export type Verdict = readonly [logits: tf.Tensor, ...heads: tf.Tensor[]];

type Terms = Readonly<Record<string, tf.Scalar>>;

/** The batch of a game: examples, and whatever the players are told. */
export type GameBatch = Batch & { readonly x: tf.Tensor };

/** The rules of a game between two players, of one network or several; each model of this package fills them in. */
export interface Game<B extends GameBatch = GameBatch> {
  readonly loss: AdversarialLoss;
  /** The networks that each player moves. */
  readonly players: {
    readonly generator: readonly tf.LayersModel[];
    readonly discriminator: readonly tf.LayersModel[];
  };
  readonly discriminatorSteps: number;
  readonly penalty?: PenaltyTerm | undefined;
  readonly replay?: ReplayBuffer | undefined;
  /** What the generator makes for a batch. */
  generate(batch: B, step: StepContext): Generated;
  /** What the discriminator gets to see of examples. */
  view(x: tf.Tensor, step: StepContext): tf.Tensor;
  /** The discriminator's verdict on what it sees. */
  judge(seen: tf.Tensor, batch: B, step: StepContext): Verdict;
  /** What the discriminator minimises beside the adversarial loss. */
  discriminatorTerms?(
    verdicts: { real: Verdict; fake: Verdict },
    batch: B,
    generated: Generated,
    step: StepContext,
  ): Terms;
  /** What the generator minimises beside the adversarial loss. */
  generatorTerms?(verdict: Verdict, batch: B, generated: Generated, step: StepContext): Terms;
  /** What the adversarial loss counts in what the generator minimises. Default 1. */
  adversarialWeight?(step: StepContext): tf.Scalar;
  /** Runs after each update of the discriminator. */
  afterDiscriminator?(): void;
}

/** The two objectives of a game, the discriminator's first. Noise comes from the step alone. */
export function objectivesOf<B extends GameBatch = GameBatch>(game: Game<B>): Objective<B>[] {
  const { loss, players, penalty, replay } = game;
  const output = (logits: tf.Tensor) => tf.mean<tf.Scalar>(loss.output(logits));

  const discriminatorLoss = (batch: B, step: StepContext): Loss => {
    const generated = game.generate(batch, step);
    const fake = replay === undefined ? generated.fake : replay.mix(generated.fake, step);
    const seen = { real: game.view(batch.x, step), fake: game.view(fake, step) };
    const real = game.judge(seen.real, batch, step);
    const judged = game.judge(seen.fake, batch, step);
    const terms: Record<string, tf.Scalar> = {
      ...game.discriminatorTerms?.({ real, fake: judged }, batch, generated, step),
    };
    if (penalty !== undefined) {
      const critic = (x: tf.Tensor) => game.judge(x, batch, step)[0];
      terms[penalty.name] = penalty.value(critic, seen.real, seen.fake, step);
    }
    const total = sum(loss.discriminator(real[0], judged[0]), terms);
    const parts: Record<string, tf.Scalar> = { real: output(real[0]), fake: output(judged[0]), ...terms };
    if (loss.distance !== undefined) parts.distance = loss.distance(real[0], judged[0]);
    return { total, parts };
  };

  const generatorLoss = (batch: B, step: StepContext): Loss => {
    const generated = game.generate(batch, step);
    const verdict = game.judge(game.view(generated.fake, step), batch, step);
    const real = loss.relativistic ? game.judge(game.view(batch.x, step), batch, step)[0] : undefined;
    const terms = game.generatorTerms?.(verdict, batch, generated, step) ?? {};
    const adversarial = loss.generator(verdict[0], real);
    const weight = game.adversarialWeight?.(step);
    const weighed = weight === undefined ? adversarial : tf.mul<tf.Scalar>(weight, adversarial);
    return { total: sum(weighed, terms), parts: { fake: output(verdict[0]), ...terms } };
  };

  return [
    {
      name: "discriminator",
      updates: players.discriminator,
      repeats: game.discriminatorSteps,
      loss: (batch, step) => tidyLoss(() => discriminatorLoss(batch, step)),
      ...(game.afterDiscriminator && { after: game.afterDiscriminator }),
    },
    {
      name: "generator",
      updates: players.generator,
      loss: (batch, step) => tidyLoss(() => generatorLoss(batch, step)),
    },
  ];
}

function sum(first: tf.Scalar, terms: Terms): tf.Scalar {
  return Object.values(terms).reduce((total, term) => tf.add(total, term), first);
}

/** `tf.tidy` for a loss, whose type TensorFlow.js has no name for. */
export function tidyLoss(loss: () => Loss): Loss {
  let result: Loss | undefined;
  tf.tidy(() => {
    result = loss();
    return [result.total, ...Object.values(result.parts ?? {})];
  });
  return result!;
}
