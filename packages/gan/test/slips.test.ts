import { allVariables, hold } from "@latentkit/core/authoring";
import { asArgument, describeSlips, disposeOf, type SlipCase } from "@latentkit/core/testing";
import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import * as losses from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, vi } from "vitest";
import * as gan from "../src/index.js";
import { useCpu } from "./setup.js";
import { styleTrio } from "./style-networks.js";
import { colouring, restyling } from "./translation-networks.js";

let generator: tf.LayersModel;
let discriminator: tf.LayersModel;
let [classifier, recogniser, verdicts, restorer]: tf.LayersModel[] = [];
let told: { generator: tf.LayersModel; discriminator: tf.LayersModel };
let styles: ReturnType<typeof styleTrio>;
let pair: ReturnType<typeof colouring>;
let kinds: ReturnType<typeof restyling>;
let release = () => {};
beforeAll(async () => {
  await useCpu();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const [makes, judges] = [
    { latentDim: 4, hiddenUnits: [4], outputShape: [2], seed: 1 },
    { inputShape: [2], hiddenUnits: [4], seed: 1 },
  ];
  generator = mlpGenerator(makes);
  discriminator = mlpDiscriminator(judges);
  told = {
    generator: mlpGenerator({ ...makes, classes: 3 }),
    discriminator: mlpDiscriminator({ ...judges, classes: 3 }),
  };
  classifier = mlpDiscriminator({ ...judges, heads: [3] });
  recogniser = mlpDiscriminator({ ...judges, heads: [2] });
  verdicts = mlpDiscriminator({ ...judges, outputs: 4 });
  restorer = mlpGenerator({ latentDim: 2, hiddenUnits: [4], outputShape: [2] });
  styles = styleTrio();
  [pair, kinds] = [colouring(), restyling()];
  // Models that are made and freed in between leave the networks whole.
  release = hold(
    allVariables([
      generator,
      discriminator,
      told.generator,
      told.discriminator,
      classifier,
      recogniser,
      verdicts,
      restorer,
      ...Object.values(styles),
      ...Object.values(pair),
      ...Object.values(kinds),
    ]),
  );
});
afterAll(() => release());

const styleRules = () => ({ views: [], styleMixing: 0.5, meanDecay: 0.9, r1Weight: 1 });
const players = () => ({ generator, discriminator });
const rules = () => ({ prior: "normal", discriminatorSteps: 1, views: [], pack: 1 });

/** Options that stay away, and counts and weights that may be any. */
const OPTIONAL =
  /^(\d: undefined|options\.(?!(?:generator|discriminator|discriminatorX|discriminatorY|forward|backward|classes|loss|codes|capacity): )\w+: undefined)$/;
const COUNTS = /options\.(discriminatorSteps|samples|every|window|seed|batches|count|size|outcomes)\w*: a number$/;
const WEIGHTS =
  /options\.(\w*[wW]eight|target|a|b|c|realSkew|fakeSkew|deviation|shear|scale|brightness|weight|radius|diversity|balanceRate|spread|clip): a number$/;
const SIGNED = /options\.(a|b|c|realSkew|fakeSkew): a negative number$/;
const LIMITS = /options\.(collapse|oscillation|vanishing|overpowering|equilibrium): a number$/;
const allowed = new RegExp([OPTIONAL, COUNTS, WEIGHTS, SIGNED, LIMITS].map(({ source }) => source).join("|"));
const model = (more: () => object = () => ({})): SlipCase => ({
  args: () => [{ ...players(), ...rules(), ...more() }],
  allowed,
});
const value = (options: object): SlipCase => ({
  args: () => [options],
  allowed: new RegExp(`^nothing$|${allowed.source}`),
});

const CASES: Readonly<Record<string, SlipCase>> = {
  auxiliaryClassifierGan: {
    args: () => [{ generator: told.generator, discriminator: classifier, classWeight: 1, prior: "normal" }],
    allowed,
  },
  boundaryEquilibriumGan: {
    args: () => [{ generator, discriminator: restorer, prior: "normal", diversity: 0.5, balanceRate: 0.01 }],
    allowed,
  },
  categoricalCode: { args: () => [{ classes: 3 }], allowed: /classes: a number$/ },
  conditionalGan: {
    args: () => [{ ...told, prior: "normal", discriminatorSteps: 1, views: [] }],
    allowed,
  },
  differentiableAugmentation: value({ brightness: 0.1, contrast: 0.1, translation: 0.1, cutout: 0.1 }),
  draganTerm: value({ weight: 1, scale: 1 }),
  dualityGap: {
    args: () => [
      [
        [1, -1],
        [-1, 1],
      ],
      [0.5, 0.5],
      [0.5, 0.5],
    ],
  },
  gan: { args: () => [{ ...players(), ...rules(), loss: asArgument(losses.hingeLoss()) }], allowed },
  ganDiagnostics: {
    args: () => [
      asArgument(gan.nonSaturatingGan(players() as never)),
      { every: 3, samples: 4, seed: 1, stopAtEquilibrium: true, window: 3, collapse: 0.1, equilibrium: 0.1 },
    ],
    allowed,
  },
  gradientPenaltyTerm: value({ weight: 1, oneSided: true }),
  hingeGan: model(),
  infoGan: {
    args: () => [
      {
        ...{ generator, discriminator: recogniser, codes: [gan.categoricalCode({ classes: 2 })] },
        ...{ informationWeight: 1, dataInformationWeight: 0 },
      },
    ],
    allowed,
  },
  instanceNoise: { args: () => [{ deviation: 0.1 }], allowed: /deviation: a number$/ },
  fGan: model(() => ({ divergence: "kl" })),
  leastSquaresGan: model(() => ({ a: 0, b: 1, c: 1 })),
  minimaxGan: model(() => ({ realLabel: 1 })),
  nonSaturatingGan: model(() => ({ realLabel: 1 })),
  pairedTranslation: {
    args: () => [{ ...pair, reconstructionWeight: 1, adversarialWeight: 1, discriminatorSteps: 1 }],
    allowed,
  },
  unpairedTranslation: {
    args: () => [{ ...kinds, cycleWeight: 1, identityWeight: 1, replay: { capacity: 4 } }],
    allowed,
  },
  progressiveGan: {
    args: () => [
      { ...players(), prior: "normal", discriminatorSteps: 1, views: [], penaltyWeight: 1, driftWeight: 0.1 },
    ],
    allowed,
  },
  r1Term: value({ weight: 1 }),
  r1r2Term: value({ weight: 1 }),
  randomAffine: value({ shear: 0.1, scale: 0.1, translation: 0.1 }),
  realnessGan: {
    args: () => [{ generator, discriminator: verdicts, outcomes: 4, realSkew: 1, fakeSkew: -1, prior: "normal" }],
    allowed,
  },
  relativisticGan: model(),
  replayBuffer: {
    args: () => [{ capacity: 3, share: 0.5, seed: 1 }, (count: number) => tf.zeros([count, 2])],
    allowed: /capacity: a number$|seed: a number$|options\.(share|seed): undefined$/,
  },
  standingStatistics: {
    args: () => [generator, () => tf.zeros([2, 4]), { batches: 2, seed: 1 }],
    allowed,
  },
  styleGan: { args: () => [{ ...styles, ...styleRules() }], allowed },
  styleGan2: {
    args: () => [{ ...styles, ...styleRules(), r1Every: 4, pathWeight: 1, pathEvery: 2, pathDecay: 0.1 }],
    allowed: new RegExp(`${allowed.source}|options\\.(r1Every|pathEvery): a number$`),
  },
  uniformCode: {
    args: () => [{ count: 2, deviation: 1 }],
    allowed: /(count|deviation): a number$|deviation: undefined$/,
  },
  wassersteinGan: model(() => ({ clip: 0.1 })),
  wassersteinGanGp: model(() => ({ penaltyWeight: 10 })),
};

describeSlips("@latentkit/gan", gan, CASES, {
  free: (made) => {
    disposeOf(made);
    (made as Partial<gan.ReplayBuffer> | undefined)?.memory?.dispose();
  },
});
