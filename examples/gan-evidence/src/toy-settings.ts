import { cosineSchedule } from "@latentkit/core";
import {
  categoricalCode,
  draganTerm,
  type Gan,
  hingeGan,
  infoGan,
  instanceNoise,
  leastSquaresGan,
  minimaxGan,
  type NonSaturatingGanOptions,
  nonSaturatingGan,
  r1Term,
  relativisticGan,
  wassersteinGan,
  wassersteinGanGp,
} from "@latentkit/gan";
import { type MlpDiscriminatorOptions, mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import { adam, type Optimizer, rmsprop } from "@latentkit/training";

/** What a run is built from. */
export interface Plan {
  readonly seed: number;
  /** Updates of the generator. */
  readonly steps: number;
  /** Gaussians in the data; only `infogan` is told. */
  readonly modes: number;
}

/** What is trained, and how where that differs: settings share networks, batches, steps and {@link falling} Adam. */
export interface ToySetting {
  readonly model: (plan: Plan) => Gan;
  /** The optimiser of a player, for so many updates of its own. */
  readonly optimizer?: (updates: number, player: string) => Optimizer;
  /** Samples come from averages of the weights with this decay. */
  readonly ema?: number;
}

const HIDDEN = [128, 128, 128];
const generator = ({ seed }: Plan) => mlpGenerator({ latentDim: 2, hiddenUnits: HIDDEN, outputShape: [2], seed });
const discriminator = ({ seed }: Plan, options: Partial<MlpDiscriminatorOptions> = {}) =>
  mlpDiscriminator({ inputShape: [2], hiddenUnits: HIDDEN, seed, ...options });
const networks = (plan: Plan) => ({ generator: generator(plan), discriminator: discriminator(plan) });
const plain = (plan: Plan, options: Partial<NonSaturatingGanOptions> = {}) =>
  nonSaturatingGan({ ...networks(plan), ...options });
const dragan = (plan: Plan, options: Partial<NonSaturatingGanOptions> = {}) =>
  plain(plan, { penalty: draganTerm({ weight: 0.1 }), ...options });

/**
 * Adam whose learning rate falls to 0 along a cosine: what is left of the step size is left of the blur. Schedules count
 * a player's own updates, and a Wasserstein critic has five of them a step.
 */
const falling = (updates: number, from = 1e-3, beta2 = 0.9): Optimizer =>
  adam({ learningRate: cosineSchedule({ from, steps: updates }), beta1: 0.5, beta2 });

/** The optimiser of each player over a run of so many steps. */
export const optimizers = (
  { optimizer = (updates) => falling(updates) }: ToySetting,
  model: Gan,
  steps: number,
): Record<string, Optimizer> =>
  Object.fromEntries(model.objectives.map(({ name, repeats = 1 }) => [name, optimizer(steps * repeats, name)]));

/** Two time scales: the discriminator learns twice as fast. */
const twoTimeScales = (updates: number, player: string, beta2?: number): Optimizer =>
  falling(updates, player === "discriminator" ? 2e-3 : 1e-3, beta2);

/** Every loss and stabiliser that is tabulated, by name. */
export const TOY_SETTINGS: Readonly<Record<string, ToySetting>> = {
  plain: { model: plain },
  minimax: { model: (plan) => minimaxGan(networks(plan)) },
  "least-squares": { model: (plan) => leastSquaresGan(networks(plan)) },
  "hinge+spectral": {
    model: (plan) =>
      hingeGan({ generator: generator(plan), discriminator: discriminator(plan, { normalization: "spectral" }) }),
  },
  wgan: {
    model: (plan) => wassersteinGan({ ...networks(plan), clip: 0.1 }),
    // The rule of its paper, which found momentum to unsettle the critic, at ten times the rate.
    optimizer: (updates) => rmsprop({ learningRate: cosineSchedule({ from: 5e-4, steps: updates }) }),
  },
  "wgan-gp": { model: (plan) => wassersteinGanGp({ ...networks(plan), penaltyWeight: 0.1 }) },
  relativistic: { model: (plan) => relativisticGan({ ...networks(plan), penaltyWeight: 0.001 }) },
  "plain+pack2": {
    model: (plan) => plain(plan, { discriminator: discriminator(plan, { inputShape: [4] }), pack: 2 }),
  },
  "plain+minibatch": {
    model: (plan) =>
      plain(plan, {
        discriminator: discriminator(plan, { minibatchDiscrimination: { kernels: 8, dimensions: 2 } }),
      }),
  },
  "plain+deviation": {
    model: (plan) => plain(plan, { discriminator: discriminator(plan, { minibatchStandardDeviation: true }) }),
  },
  "plain+replay": { model: (plan) => plain(plan, { replay: { capacity: 5000, share: 0.5, seed: plan.seed } }) },
  "plain+r1": { model: (plan) => plain(plan, { penalty: r1Term({ weight: 0.001 }) }) },
  "plain+dragan": { model: dragan },
  "plain+dragan+beta2": { model: dragan, optimizer: (updates) => falling(updates, 1e-3, 0.99) },
  "plain+smoothing": { model: (plan) => plain(plan, { realLabel: 0.9 }) },
  "plain+noise": {
    model: (plan) =>
      plain(plan, { views: [instanceNoise({ deviation: cosineSchedule({ from: 0.15, steps: plan.steps / 2 }) })] }),
  },
  "plain+ema": { model: plain, ema: 0.999 },
  "plain+ttur": { model: plain, optimizer: (updates, player) => twoTimeScales(updates, player) },
  "pack2+dragan+beta2+ttur+ema": {
    model: (plan) => dragan(plan, { discriminator: discriminator(plan, { inputShape: [4] }), pack: 2 }),
    optimizer: (updates, player) => twoTimeScales(updates, player, 0.99),
    ema: 0.999,
  },
  infogan: {
    model: (plan) =>
      infoGan({
        generator: mlpGenerator({ latentDim: 2 + plan.modes, hiddenUnits: HIDDEN, outputShape: [2], seed: plan.seed }),
        discriminator: discriminator(plan, { heads: [plan.modes] }),
        codes: [categoricalCode({ classes: plan.modes })],
      }),
  },
};
