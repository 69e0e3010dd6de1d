import { linearSchedule } from "@latentkit/core";
import { describeModel } from "@latentkit/core/testing";
import { leastSquaresLoss } from "@latentkit/losses";
import { beforeAll } from "vitest";
import {
  draganTerm,
  gan,
  hingeGan,
  instanceNoise,
  leastSquaresGan,
  minimaxGan,
  mlpDiscriminator,
  mlpGenerator,
  nonSaturatingGan,
  r1Term,
  relativisticGan,
  wassersteinGan,
  wassersteinGanGp,
} from "../src/index.js";
import { planePair, points } from "./networks.js";
import { useCpu } from "./setup.js";

beforeAll(useCpu);

const batch = () => {
  const { x, label } = points();
  label.dispose();
  return { x };
};

/** Builds that must fail whatever the loss. */
const misfits = (make: (options: ReturnType<typeof planePair>) => unknown) => ({
  "a discriminator of other examples": () => make(planePair({ inputShape: [3] })),
  "a discriminator with two outputs": () => make(planePair({ heads: [2] })),
  "a misspelt option": () => make({ ...planePair(), latentDims: 2 } as ReturnType<typeof planePair>),
  "no discriminator update": () => make({ ...planePair(), discriminatorSteps: 0 } as ReturnType<typeof planePair>),
  "an unknown prior": () => make({ ...planePair(), prior: "cauchy" } as ReturnType<typeof planePair>),
});

describeModel("gan", {
  create: () =>
    gan({
      ...planePair(),
      loss: leastSquaresLoss(),
      prior: "uniform",
      views: [instanceNoise({ deviation: linearSchedule({ from: 0.1, to: 0, steps: 10 }) })],
      penalty: draganTerm({ weight: 1 }),
      replay: { capacity: 20, share: 0.5 },
    }),
  batch,
  invalid: {
    ...misfits((options) => gan({ ...options, loss: leastSquaresLoss() })),
    "no loss": () => gan(planePair() as never),
    "an impossible replay": () => gan({ ...planePair(), loss: leastSquaresLoss(), replay: { capacity: 0 } }),
  },
});

describeModel("gan with packs", {
  create: () => gan({ ...planePair({ inputShape: [4] }), loss: leastSquaresLoss(), pack: 2 }),
  batch,
  invalid: {
    "a discriminator of single examples": () => gan({ ...planePair(), loss: leastSquaresLoss(), pack: 2 }),
    "a pack of nothing": () => gan({ ...planePair(), loss: leastSquaresLoss(), pack: 0 }),
  },
});

describeModel("minimaxGan", { create: () => minimaxGan(planePair()), batch, invalid: misfits(minimaxGan) });

describeModel("nonSaturatingGan", {
  create: () => nonSaturatingGan({ ...planePair(), realLabel: 0.9, penalty: r1Term() }),
  batch,
  invalid: {
    ...misfits(nonSaturatingGan),
    "a label above one": () => nonSaturatingGan({ ...planePair(), realLabel: 2 }),
  },
});

describeModel("leastSquaresGan", {
  create: () => leastSquaresGan({ ...planePair(), a: -1, b: 1, c: 0 }),
  batch,
  invalid: { ...misfits(leastSquaresGan), "equal labels": () => leastSquaresGan({ ...planePair(), a: 1, b: 1 }) },
});

describeModel("hingeGan", {
  create: () => hingeGan(planePair({ normalization: "spectral" })),
  batch,
  invalid: misfits(hingeGan),
});

describeModel("wassersteinGan", {
  create: () => wassersteinGan(planePair()),
  batch,
  invalid: { ...misfits(wassersteinGan), "a negative clip": () => wassersteinGan({ ...planePair(), clip: -1 }) },
});

describeModel("wassersteinGanGp", {
  create: () => wassersteinGanGp(planePair({ activation: "leakyRelu" })),
  batch,
  invalid: {
    ...misfits(wassersteinGanGp),
    "a negative weight": () => wassersteinGanGp({ ...planePair(), penaltyWeight: -1 }),
  },
});

describeModel("relativisticGan", {
  create: () => relativisticGan(planePair()),
  batch,
  invalid: misfits(relativisticGan),
});

describeModel("batch statistics", {
  create: () =>
    nonSaturatingGan({
      generator: mlpGenerator({ latentDim: 3, hiddenUnits: [8], outputShape: [2] }),
      discriminator: mlpDiscriminator({
        inputShape: [2],
        hiddenUnits: [8],
        activation: "maxout",
        minibatchDiscrimination: { kernels: 4, dimensions: 2 },
        minibatchStandardDeviation: true,
      }),
    }),
  batch,
  invalid: { "maxout with spectral layers": () => planePair({ activation: "maxout", normalization: "spectral" }) },
});
