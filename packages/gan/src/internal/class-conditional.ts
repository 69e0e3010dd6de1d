import {
  apply,
  applyAll,
  checkShape,
  disposeNetworks,
  type LabelledBatch,
  oneHot,
  type RandomSource,
} from "@latentkit/core";
import type { AdversarialLoss } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import type { AdversarialOptions, ConditionalGan } from "../types.js";
import { checkAdversarial, checkDiscriminator, checkGenerator } from "./checks.js";
import { wantedClasses } from "./labelled.js";
import { drawNoise } from "./prior.js";
import { type Game, twoPlayerObjectives } from "./two-player.js";

/** How a class-conditional model differs from others: what its discriminator takes, says and is asked beside its logit. */
export interface ConditionalVariant {
  readonly loss: AdversarialLoss;
  readonly discriminatorInputs: 1 | 2;
  readonly discriminatorOutputs: 1 | 2;
  readonly discriminatorTerms?: Game<LabelledBatch>["discriminatorTerms"];
  readonly generatorTerms?: Game<LabelledBatch>["generatorTerms"];
}

/** The game in which the generator is told the class of each example of the batch. */
export function classConditionalGan(
  owner: string,
  options: AdversarialOptions & { readonly generator: tf.LayersModel; readonly discriminator: tf.LayersModel },
  variant: ConditionalVariant,
): ConditionalGan {
  const { generator, discriminator, penalty } = options;
  const { loss, discriminatorInputs: inputs, discriminatorOutputs: outputs } = variant;
  const { prior, discriminatorSteps, views } = checkAdversarial(owner, options);
  const latentDim = checkGenerator(owner, generator, 2);
  checkDiscriminator(owner, { generator, discriminator }, { inputs, outputs });
  const classes = generator.inputs[1]!.shape[1]!;
  if (inputs === 2) checkShape(owner, "discriminator's class", discriminator.inputs[1]!.shape, [null, classes]);
  if (outputs === 2) checkShape(owner, "discriminator's classes", discriminator.outputs[1]!.shape, [null, classes]);

  const make = (told: tf.Tensor2D, random: RandomSource) =>
    tf.tidy(() => apply(generator, [drawNoise(prior, told.shape[0], latentDim, random), told]));

  return {
    networks: { generator, discriminator },
    adversarialLoss: loss,
    classes,
    objectives: twoPlayerObjectives<LabelledBatch>({
      loss,
      generator,
      discriminator,
      discriminatorSteps,
      penalty,
      generate: (batch, step) => {
        const noise = drawNoise(prior, batch.x.shape[0]!, latentDim, step.random);
        return { fake: apply(generator, [noise, oneHot(batch.label, classes)], step) };
      },
      view: (x, step) => views.reduce((seen, view) => view(seen, step), x),
      judge: (seen, batch, step) => {
        const told = inputs === 1 ? seen : [seen, oneHot(batch.label, classes)];
        return applyAll(discriminator, told, step) as [tf.Tensor, ...tf.Tensor[]];
      },
      ...(variant.discriminatorTerms && { discriminatorTerms: variant.discriminatorTerms }),
      ...(variant.generatorTerms && { generatorTerms: variant.generatorTerms }),
    }),
    sample: (count, random) =>
      tf.tidy(() => {
        // Classes in equal shares: what a batch of balanced data shows.
        const labels = tf.cast(tf.floor(random.uniform([count], 0, classes)), "int32");
        return make(oneHot(labels, classes), random);
      }),
    sampleClasses: (labels, random) => tf.tidy(() => make(wantedClasses(owner, labels, classes), random)),
    checkBatch: ({ x, label }) => {
      checkShape(owner, "batch.x", x.shape, generator.outputs[0]!.shape);
      checkShape(owner, "batch.label", label?.shape ?? [], [x.shape[0]!]);
    },
    dispose: () => disposeNetworks([generator, discriminator]),
  };
}
