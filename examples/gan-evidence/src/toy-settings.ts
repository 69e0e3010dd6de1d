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
  model(seed: number): Gan;
  readonly optimizers: Optimizer;
}

/** PacGAN's networks: a generator of 400 ReLU units, a discriminator of 200 maxout units with five pieces, twice each. */
const generator = (seed: number) => mlpGenerator({ latentDim: 2, hiddenUnits: [400, 400], outputShape: [2], seed });
const discriminator = (seed: number, options: Partial<MlpDiscriminatorOptions> = {}) =>
  mlpDiscriminator({ inputShape: [2], hiddenUnits: [200, 200], activation: "maxout", seed, ...options });
/** Gradient penalties and spectral layers take leaky ReLU instead of maxout. */
const smooth = (seed: number, options: Partial<MlpDiscriminatorOptions> = {}) =>
  discriminator(seed, { activation: "leakyRelu", ...options });

/** PacGAN's optimiser, ten times faster, since these runs are shorter than its 400,000 steps. */
const paper = adam({ learningRate: 1e-3, beta1: 0.8 });
const calm = adam({ learningRate: 1e-3, beta1: 0.5, beta2: 0.9 });

/** Every loss and stabiliser that is tabulated, by name. */
export const TOY_SETTINGS: Readonly<Record<string, ToySetting>> = {
  minimax: {
    model: (s) => minimaxGan({ generator: generator(s), discriminator: discriminator(s) }),
    optimizers: paper,
  },
  plain: {
    model: (s) => nonSaturatingGan({ generator: generator(s), discriminator: discriminator(s) }),
    optimizers: paper,
  },
  "least-squares": {
    model: (s) => leastSquaresGan({ generator: generator(s), discriminator: discriminator(s) }),
    optimizers: paper,
  },
  "hinge+spectral": {
    model: (s) => hingeGan({ generator: generator(s), discriminator: smooth(s, { normalization: "spectral" }) }),
    optimizers: calm,
  },
  wgan: {
    model: (s) => wassersteinGan({ generator: generator(s), discriminator: smooth(s), clip: 0.1 }),
    optimizers: rmsprop({ learningRate: 5e-4 }),
  },
  "wgan-gp": {
    model: (s) => wassersteinGanGp({ generator: generator(s), discriminator: smooth(s), penaltyWeight: 0.1 }),
    optimizers: calm,
  },
  relativistic: {
    model: (s) => relativisticGan({ generator: generator(s), discriminator: smooth(s), penaltyWeight: 0.01 }),
    optimizers: calm,
  },
  "plain+pack2": {
    model: (s) =>
      nonSaturatingGan({ generator: generator(s), discriminator: discriminator(s, { inputShape: [4] }), pack: 2 }),
    optimizers: paper,
  },
  "plain+minibatch": {
    model: (s) =>
      nonSaturatingGan({
        generator: generator(s),
        discriminator: discriminator(s, { minibatchDiscrimination: { kernels: 16, dimensions: 4 } }),
      }),
    optimizers: paper,
  },
  "plain+replay": {
    model: (s) =>
      nonSaturatingGan({
        generator: generator(s),
        discriminator: discriminator(s),
        replay: { capacity: 5000, share: 0.5, seed: s },
      }),
    optimizers: paper,
  },
  "plain+r1": {
    model: (s) =>
      nonSaturatingGan({ generator: generator(s), discriminator: smooth(s), penalty: r1Term({ weight: 0.01 }) }),
    optimizers: calm,
  },
};
