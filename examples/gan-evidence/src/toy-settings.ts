import { cosineSchedule } from "@latentkit/core";
import {
  type Gan,
  hingeGan,
  leastSquaresGan,
  type MlpDiscriminatorOptions,
  minimaxGan,
  mlpDiscriminator,
  mlpGenerator,
  nonSaturatingGan,
  r1Term,
  relativisticGan,
  wassersteinGan,
  wassersteinGanGp,
} from "@latentkit/gan";
import { adam, type Optimizer, rmsprop } from "@latentkit/training";

/** A model of points in the plane and how it is trained. */
export interface ToySetting {
  model(plan: Plan): Gan;
  /** Learning rates fall to 0 along a cosine: what is left of the step size is left of the blur. */
  optimizers(steps: number): Optimizer;
}

/**
 * `paper`: PacGAN's networks, a generator of 400 ReLU units and a discriminator of 200 maxout units with five pieces, twice
 * each. `small`: 128 and 64 of them, about a tenth of the work.
 */
export type ToySize = "paper" | "small";

/** What the networks of one run are built from. */
export interface Plan {
  readonly seed: number;
  readonly size: ToySize;
}

const generator = ({ seed, size }: Plan) => {
  const units = size === "paper" ? 400 : 128;
  return mlpGenerator({ latentDim: 2, hiddenUnits: [units, units], outputShape: [2], seed });
};
const discriminator = ({ seed, size }: Plan, options: Partial<MlpDiscriminatorOptions> = {}) => {
  const units = size === "paper" ? 200 : 64;
  return mlpDiscriminator({ inputShape: [2], hiddenUnits: [units, units], activation: "maxout", seed, ...options });
};
/** Gradient penalties and spectral layers take leaky ReLU instead of maxout. */
const smooth = (plan: Plan, options: Partial<MlpDiscriminatorOptions> = {}) =>
  discriminator(plan, { activation: "leakyRelu", ...options });

/** PacGAN's optimiser, ten times faster, since these runs are shorter than its 400,000 steps. */
const paper = (steps: number) => adam({ learningRate: cosineSchedule({ from: 1e-3, steps }), beta1: 0.8 });
const calm = (steps: number) => adam({ learningRate: cosineSchedule({ from: 1e-3, steps }), beta1: 0.5, beta2: 0.9 });

/** Every loss and stabiliser that is tabulated, by name. */
export const TOY_SETTINGS: Readonly<Record<string, ToySetting>> = {
  minimax: {
    model: (plan) => minimaxGan({ generator: generator(plan), discriminator: discriminator(plan) }),
    optimizers: paper,
  },
  plain: {
    model: (plan) => nonSaturatingGan({ generator: generator(plan), discriminator: discriminator(plan) }),
    optimizers: paper,
  },
  "least-squares": {
    model: (plan) => leastSquaresGan({ generator: generator(plan), discriminator: discriminator(plan) }),
    optimizers: paper,
  },
  "hinge+spectral": {
    model: (plan) =>
      hingeGan({ generator: generator(plan), discriminator: smooth(plan, { normalization: "spectral" }) }),
    optimizers: calm,
  },
  wgan: {
    model: (plan) => wassersteinGan({ generator: generator(plan), discriminator: smooth(plan), clip: 0.1 }),
    optimizers: (steps) => rmsprop({ learningRate: cosineSchedule({ from: 5e-4, steps }) }),
  },
  "wgan-gp": {
    model: (plan) => wassersteinGanGp({ generator: generator(plan), discriminator: smooth(plan), penaltyWeight: 0.1 }),
    optimizers: calm,
  },
  relativistic: {
    model: (plan) => relativisticGan({ generator: generator(plan), discriminator: smooth(plan), penaltyWeight: 0.01 }),
    optimizers: calm,
  },
  "plain+pack2": {
    model: (plan) =>
      nonSaturatingGan({
        generator: generator(plan),
        discriminator: discriminator(plan, { inputShape: [4] }),
        pack: 2,
      }),
    optimizers: paper,
  },
  "plain+minibatch": {
    model: (plan) =>
      nonSaturatingGan({
        generator: generator(plan),
        discriminator: discriminator(plan, { minibatchDiscrimination: { kernels: 16, dimensions: 4 } }),
      }),
    optimizers: paper,
  },
  "plain+replay": {
    model: (plan) =>
      nonSaturatingGan({
        generator: generator(plan),
        discriminator: discriminator(plan),
        replay: { capacity: 5000, share: 0.5, seed: plan.seed },
      }),
    optimizers: paper,
  },
  "plain+r1": {
    model: (plan) =>
      nonSaturatingGan({ generator: generator(plan), discriminator: smooth(plan), penalty: r1Term({ weight: 0.01 }) }),
    optimizers: calm,
  },
};
