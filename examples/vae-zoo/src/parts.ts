import { mlpDecoder, mlpDiscriminator, mlpEncoder, mlpGaussianEncoder } from "@latentkit/layers";

/** What every model of the zoo is told, so that rows can be compared. */
export interface ZooSetting {
  /** Shape of an example. */
  readonly inputShape: readonly number[];
  /** Size of the code. */
  readonly latentDim: number;
  /** Widths of the encoder's hidden layers; the decoder's are these backwards. */
  readonly hiddenUnits: readonly number[];
  /** Training images. */
  readonly images: number;
  /** Updates that each model gets. */
  readonly steps: number;
  /** Seed of the initial weights. */
  readonly seed: number;
}

/** The zoo's networks, fresh at each call and equal for every model; `options` may add what a model needs, such as `classes`. */
export function zooParts(setting: ZooSetting) {
  const { inputShape, latentDim, hiddenUnits, seed } = setting;
  const shape = { latentDim, activation: "relu", seed } as const;
  const up = { ...shape, hiddenUnits: hiddenUnits.toReversed(), outputShape: inputShape };
  const down = { ...shape, hiddenUnits, inputShape };
  const judge = { hiddenUnits, seed: seed + 1 };
  return {
    setting,
    encoder: (options: object = {}) => mlpEncoder({ ...down, ...options }),
    gaussianEncoder: (options: object = {}) => mlpGaussianEncoder({ ...down, ...options }),
    decoder: (options: object = {}) => mlpDecoder({ ...up, ...options }),
    /** Encoder and decoder of an autoencoder. */
    plain: (options: object = {}) => ({ encoder: mlpEncoder(down), decoder: mlpDecoder({ ...up, ...options }) }),
    /** Encoder and decoder of a VAE. */
    gaussian: (options: object = {}) => ({
      encoder: mlpGaussianEncoder({ ...down, ...options }),
      decoder: mlpDecoder({ ...up, ...options }),
    }),
    /** Encoder with one output and decoder, for codes of another size than the setting's. */
    discrete: (size: number) => ({
      encoder: mlpEncoder({ ...down, latentDim: size }),
      decoder: mlpDecoder({ ...up, latentDim: size }),
    }),
    /** Tells codes apart. */
    judgeOfCodes: () => mlpDiscriminator({ inputShape: [latentDim], ...judge }),
    /** Tells images apart. */
    judgeOfImages: () => mlpDiscriminator({ inputShape, ...judge }),
  };
}

/** What {@link zooParts} gives. */
export type ZooParts = ReturnType<typeof zooParts>;
