import { cosineSchedule } from "@latentkit/core";
import {
  categoricalCode,
  draganTerm,
  type Gan,
  hingeGan,
  infoGan,
  instanceNoise,
  leastSquaresGan,
  type MlpDiscriminatorOptions,
  minimaxGan,
  mlpDiscriminator,
  mlpGenerator,
  type NonSaturatingGanOptions,
  nonSaturatingGan,
  r1Term,
  relativisticGan,
  wassersteinGan,
  wassersteinGanGp,
} from "@latentkit/gan";
import { adam, type Optimizer } from "@latentkit/training";

/** What a run is built from. */
export interface Plan {
  readonly seed: number;
  /** Updates of the generator. */
  readonly steps: number;
  /** Gaussians in the data; only `infogan` is told. */
  readonly modes: number;
}

/** Makes the model of a setting; all settings share networks, batches, steps and {@link optimizer}. */
export type ToySetting = (plan: Plan) => Gan;

const HIDDEN = [128, 128, 128];
const generator = ({ seed }: Plan) => mlpGenerator({ latentDim: 2, hiddenUnits: HIDDEN, outputShape: [2], seed });
const discriminator = ({ seed }: Plan, options: Partial<MlpDiscriminatorOptions> = {}) =>
  mlpDiscriminator({ inputShape: [2], hiddenUnits: HIDDEN, seed, ...options });
const networks = (plan: Plan) => ({ generator: generator(plan), discriminator: discriminator(plan) });
const plain = (plan: Plan, options: Partial<NonSaturatingGanOptions> = {}) =>
  nonSaturatingGan({ ...networks(plan), ...options });

/** Learning rates fall to 0 along a cosine: what is left of the step size is left of the blur. */
export const optimizer = (steps: number): Optimizer =>
  adam({ learningRate: cosineSchedule({ from: 1e-3, steps }), beta1: 0.5, beta2: 0.9 });

/** Every loss and stabiliser that is tabulated, by name. */
export const TOY_SETTINGS: Readonly<Record<string, ToySetting>> = {
  plain: (plan) => plain(plan),
  minimax: (plan) => minimaxGan(networks(plan)),
  "least-squares": (plan) => leastSquaresGan(networks(plan)),
  "hinge+spectral": (plan) =>
    hingeGan({ generator: generator(plan), discriminator: discriminator(plan, { normalization: "spectral" }) }),
  wgan: (plan) => wassersteinGan({ ...networks(plan), clip: 0.1 }),
  "wgan-gp": (plan) => wassersteinGanGp({ ...networks(plan), penaltyWeight: 0.1 }),
  relativistic: (plan) => relativisticGan({ ...networks(plan), penaltyWeight: 0.001 }),
  "plain+pack2": (plan) => plain(plan, { discriminator: discriminator(plan, { inputShape: [4] }), pack: 2 }),
  "plain+minibatch": (plan) =>
    plain(plan, {
      discriminator: discriminator(plan, { minibatchDiscrimination: { kernels: 8, dimensions: 2 } }),
    }),
  "plain+deviation": (plan) =>
    plain(plan, { discriminator: discriminator(plan, { minibatchStandardDeviation: true }) }),
  "plain+replay": (plan) => plain(plan, { replay: { capacity: 5000, share: 0.5, seed: plan.seed } }),
  "plain+r1": (plan) => plain(plan, { penalty: r1Term({ weight: 0.001 }) }),
  "plain+dragan": (plan) => plain(plan, { penalty: draganTerm({ weight: 0.1 }) }),
  "plain+smoothing": (plan) => plain(plan, { realLabel: 0.9 }),
  "plain+noise": (plan) =>
    plain(plan, { views: [instanceNoise({ deviation: cosineSchedule({ from: 0.15, steps: plan.steps / 2 }) })] }),
  infogan: (plan) =>
    infoGan({
      generator: mlpGenerator({ latentDim: 2 + plan.modes, hiddenUnits: HIDDEN, outputShape: [2], seed: plan.seed }),
      discriminator: discriminator(plan, { heads: [plan.modes] }),
      codes: [categoricalCode({ classes: plan.modes })],
    }),
};
