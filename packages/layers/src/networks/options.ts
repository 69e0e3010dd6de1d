import type { ActivationKind } from "../activations/functions.js";

/** What the builders of encoders and decoders have in common. */
export interface NetworkOptions {
  /** Activation of hidden layers. Default `relu`. */
  readonly activation?: ActivationKind;
  /** Slope of `leakyRelu` below 0 (default 0.2) or limit of `elu` (default 1). */
  readonly alpha?: number;
  /** Normalise each hidden layer over the batch, before its activation. Default false. */
  readonly batchNormalization?: boolean;
  /** Share of hidden values dropped in training. Default 0. */
  readonly dropout?: number;
  /** Seed of the initial weights. Default 0. */
  readonly seed?: number;
  /** Name of the network: first part of its layers' names and of the random streams of its weights. */
  readonly name?: string;
}

/** Names of {@link NetworkOptions}, for refusing others. */
export const NETWORK_OPTIONS: readonly string[] = [
  "activation",
  "alpha",
  "batchNormalization",
  "dropout",
  "seed",
  "name",
];
