import { type FieldSpecs, type GivenLike, ShapeError, type StepContext } from "@latentkit/core";
import {
  apply,
  check,
  checkTensor,
  conditionInputs,
  drawGiven,
  givenOf,
  type ModelParts,
  sampleRequest,
  withRandom,
} from "@latentkit/core/authoring";
import { nonSaturatingLoss, r1Penalty } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import type { StyleGan } from "../style-types.js";
import type { ExampleView } from "../views/example-view.js";
import { type GameBatch, objectivesOf } from "./game.js";
import { drawNoise } from "./noise.js";
import { checkStyleNetworks, everywhere, type LazyTerm, mixedStyles, withLazyTerm } from "./style-game.js";

/** Complete options of a style-based model, and what one does that others do not. */
export interface StyleRules {
  readonly owner: string;
  readonly mapping: tf.LayersModel;
  readonly synthesis: tf.LayersModel;
  readonly discriminator: tf.LayersModel;
  readonly given: FieldSpecs | undefined;
  readonly views: readonly ExampleView[];
  readonly styleMixing: number;
  readonly meanDecay: number;
  readonly r1Weight: number;
  readonly r1Every: number;
  /** State beside the mean of styles. */
  readonly state?: Readonly<Record<string, tf.Variable>>;
  /** A term of the generator, from how it maps and makes. */
  generatorTerm?(parts: {
    styles(batch: GameBatch, step: StepContext, count: number): tf.Tensor2D[];
    synthesize(styles: tf.Tensor2D[], step: StepContext): tf.Tensor;
  }): LazyTerm;
}

/** A game between a style-based generator and a discriminator as a model. */
export function styleModel(rules: StyleRules): ModelParts<StyleGan> {
  const { owner, mapping, synthesis, discriminator, given, views } = rules;
  const { latentDim, styleDim, places } = checkStyleNetworks(owner, rules, discriminator, given);
  const loss = nonSaturatingLoss();
  const meanStyle = tf.tidy(() => tf.variable<tf.Rank.R2>(tf.zeros([1, styleDim]), false));

  const mapped = (z: tf.Tensor, conditions: tf.Tensor[], step?: StepContext): tf.Tensor2D =>
    apply(mapping, conditions.length > 0 ? [z, ...conditions] : z, step);
  const conditionsOf = (batch: GameBatch, count: number): tf.Tensor[] =>
    conditionInputs(owner, given, givenOf(given, batch), batch.x.shape[0]!).map((rows) =>
      count === rows.shape[0] ? rows : tf.slice(rows, 0, count),
    );
  const draw = (batch: GameBatch, step: StepContext, count: number): tf.Tensor2D[] => {
    const told = conditionsOf(batch, count);
    const [first, second] = [0, 1].map(() => mapped(drawNoise("normal", count, latentDim, step.random), told, step));
    if (step.training) {
      const mean = tf.mean<tf.Tensor2D>(first!, 0, true);
      meanStyle.assign(tf.add(mean, tf.mul(rules.meanDecay, tf.sub(meanStyle, mean))));
    }
    return mixedStyles(first!, second!, places, rules.styleMixing, step.random);
  };
  const synthesize = (styles: tf.Tensor2D[], step: StepContext) => apply(synthesis, styles, step);
  const judged = (seen: tf.Tensor, told: tf.Tensor[], step?: StepContext) =>
    apply(discriminator, told.length > 0 ? [seen, ...told] : seen, step);

  const view = (x: tf.Tensor, step: StepContext) => views.reduce((seen, one) => one(seen, step), x);

  const [judging, making] = objectivesOf({
    loss,
    players: { generator: [mapping, synthesis], discriminator: [discriminator] },
    discriminatorSteps: 1,
    generate: (batch, step) => ({ fake: synthesize(draw(batch, step, batch.x.shape[0]!), step) }),
    view,
    judge: (seen, batch, step) => [judged(seen, conditionsOf(batch, seen.shape[0]!), step)],
  });
  const r1: LazyTerm = {
    name: "r1",
    every: rules.r1Every,
    value: (batch, step) => {
      const told = conditionsOf(batch, batch.x.shape[0]!);
      const penalty = r1Penalty((x) => judged(x, told, step), view(batch.x, step));
      return tf.mul(rules.r1Weight, penalty);
    },
  };
  const term = rules.generatorTerm?.({ styles: draw, synthesize });

  const map: StyleGan["map"] = (z, asked) => {
    checkTensor(owner, "z", z, [null, latentDim]);
    return tf.tidy(() => mapped(z, conditionInputs(owner, given, asked, z.shape[0]!)));
  };
  const synthesise: StyleGan["synthesise"] = (styles, { truncation = 1, random } = {}) => {
    const each = Array.isArray(styles) ? (styles as readonly tf.Tensor2D[]) : everywhere(styles as tf.Tensor2D, places);
    checkStyles(owner, each, places, styleDim);
    return tf.tidy(() => {
      const drawn = each.map((style) => tf.add(meanStyle, tf.mul(truncation, tf.sub(style, meanStyle))) as tf.Tensor2D);
      const made = (training: boolean) => tf.clipByValue(apply(synthesis, drawn, { training }), 0, 1);
      return random === undefined ? made(false) : withRandom(random, () => made(true));
    });
  };
  return {
    networks: { mapping, synthesis, discriminator },
    state: { meanStyle, ...rules.state },
    fields: { x: { shape: synthesis.outputs[0]!.shape }, ...given },
    ...(given && { given }),
    adversarialLoss: loss,
    latentDim,
    styleDim,
    styleCount: places,
    objectives: [...withLazyTerm(judging!, r1), ...(term ? withLazyTerm(making!, term) : [making!])],
    map,
    mix(a, b, from) {
      const fit = Array.isArray(from) && from.every((place) => Number.isInteger(place) && place >= 0 && place < places);
      check(owner).that("places", from, fit, `a list of places from 0 to ${places - 1}`);
      checkStyles(owner, [a, b], 2, styleDim);
      return everywhere(a, places).map((style, place) => (from.includes(place) ? b : style));
    },
    synthesise,
    decode: (z, asked) => tf.tidy(() => synthesise(map(z, asked))),
    sample(options, random) {
      const asked = sampleRequest(owner, ["temperature", ...(given ? (["given"] as const) : [])], options, random);
      return tf.tidy(() => {
        const drawn: GivenLike = drawGiven(given, asked.given, asked.count, asked.random);
        const z = drawNoise("normal", asked.count, latentDim, asked.random);
        return synthesise(map(z, drawn), { truncation: asked.temperature, random: asked.random });
      });
    },
    discriminate(x, asked) {
      checkTensor(owner, "x", x, synthesis.outputs[0]!.shape);
      return tf.tidy(() => {
        const logits = judged(x, conditionInputs(owner, given, asked, x.shape[0]!));
        return tf.reshape(loss.output(logits), [x.shape[0]!]) as tf.Tensor1D;
      });
    },
  };
}

function checkStyles(owner: string, styles: readonly tf.Tensor[], places: number, width: number): void {
  if (styles.length !== places) {
    throw new ShapeError(
      `${owner}: expected ${places} styles, one for each place, received ${styles.length}; one style alone serves all of them.`,
    );
  }
  for (const [i, style] of styles.entries()) checkTensor(owner, `styles[${i}]`, style, [styles[0]!.shape[0]!, width]);
}
