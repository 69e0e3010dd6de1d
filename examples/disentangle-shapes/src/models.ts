import { linearSchedule } from "@latentkit/core";
import { convDecoder, convGaussianEncoder, mlpDecoder, mlpDiscriminator, mlpGaussianEncoder } from "@latentkit/layers";
import { annealedVae, betaTcVae, dipVae, factorVae, type LatentVariableModel, vae } from "@latentkit/vae";

/** What a model is made for. */
export interface Setting {
  /** Side of the pictures. */
  readonly size: number;
  /** `mlp` learns in seconds, `conv` is the published protocol's. */
  readonly network: string;
  readonly seed: number;
  readonly steps: number;
  /** Pictures in the training data. */
  readonly count: number;
}

/** Dimensions of the code, as in the protocol. */
const LATENT = 10;

function networks({ size, network, seed }: Setting) {
  const shape = { latentDim: LATENT, seed };
  const picture = [size, size, 1];
  if (network === "conv") {
    const filters = [32, 32, 64, 64];
    return {
      encoder: convGaussianEncoder({ inputShape: picture, filters, hiddenUnits: [256], ...shape }),
      decoder: convDecoder({ outputShape: picture, filters: filters.toReversed(), hiddenUnits: [256], ...shape }),
    };
  }
  return {
    encoder: mlpGaussianEncoder({ inputShape: picture, hiddenUnits: [256, 128], ...shape }),
    decoder: mlpDecoder({ outputShape: picture, hiddenUnits: [128, 256], ...shape }),
  };
}

/** The objectives by name, with the middle of the weights that Locatello et al. 2019 sweep. */
export const MODELS: Readonly<Record<string, (setting: Setting) => LatentVariableModel>> = {
  "VAE, β = 1": (setting) => vae(networks(setting)),
  "β-VAE, β = 4": (setting) => vae({ ...networks(setting), beta: 4 }),
  "annealed capacity to 25 nats": (setting) =>
    annealedVae({
      ...networks(setting),
      gamma: 100,
      capacity: linearSchedule({ from: 0, to: 25, steps: setting.steps }),
    }),
  "FactorVAE, γ = 20": (setting) =>
    factorVae({
      ...networks(setting),
      gamma: 20,
      discriminator: mlpDiscriminator({ inputShape: [LATENT], hiddenUnits: [256, 256, 256], seed: setting.seed }),
    }),
  "β-TCVAE, β = 4": (setting) => betaTcVae({ ...networks(setting), beta: 4, datasetSize: setting.count }),
  "DIP-VAE I, λ = 5, 50": (setting) => dipVae({ ...networks(setting), variant: "I", offDiagonal: 5, diagonal: 50 }),
};
