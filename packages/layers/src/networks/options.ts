import {
  type Absent,
  choice,
  type Defaulted,
  flag,
  integer,
  number,
  type Option,
  optional,
  sizes,
  text,
} from "@latentkit/core/authoring";
import { ACTIVATION_KINDS, type ActivationKind } from "../activations/functions.js";

/** What every builder of a network takes. */
export interface NamedNetworkOptions {
  /** Seed of the initial weights. Default 0. */
  readonly seed?: number;
  /** Name of the network: first part of its layers' names and of the random streams of its weights. */
  readonly name?: string;
}

/** What builders take whose hidden layers are the caller's to style. */
export interface NetworkOptions extends NamedNetworkOptions {
  /** Activation of hidden layers. Default `relu`. */
  readonly activation?: ActivationKind;
  /** Slope of `leakyRelu` below 0 (default 0.2) or limit of `elu` (default 1). */
  readonly alpha?: number;
  /** Normalise each hidden layer over the batch, before its activation. Default false. */
  readonly batchNormalization?: boolean;
  /** Share of hidden values dropped in training. Default 0. */
  readonly dropout?: number;
}

/** What a network is told beside its data: further inputs, after the first, in this order. */
export interface ConditionOptions {
  /** Classes of an input `class`, one-hot `[batch, classes]`. Default no such input. */
  readonly classes?: number;
  /** Numbers in an input `condition`, `[batch, conditionDim]`, such as a pose or an embedding. Default no such input. */
  readonly conditionDim?: number;
}

/** What a network says beside its main output. */
export interface HeadOptions {
  /** Widths of further dense outputs, for classes or codes: layers `head1` …. Default none. */
  readonly heads?: readonly number[];
}

/** Statistics over the batch that a discriminator may look at, to catch a generator without variety. */
export interface BatchStatistics {
  /** Similarities by {@link minibatchDiscrimination}. Default none. */
  readonly minibatchDiscrimination?: { readonly kernels?: number; readonly dimensions?: number };
  /** Adds {@link minibatchStandardDeviation}. Default false. */
  readonly minibatchStandardDeviation?: boolean;
}

/** {@link NamedNetworkOptions} for networks of this name by default. */
export function named(name: string): Defaulted<NamedNetworkOptions> {
  // What tfjs accepts as a name of layers with weights.
  const pattern = /^[A-Za-z0-9][-A-Za-z0-9._/]*$/;
  const expected = "letters, digits, '-', '.', '_' and '/', beginning with a letter or a digit";
  return { seed: integer({ min: 0, default: 0 }), name: text({ pattern, expected, default: name }) };
}

/** {@link NetworkOptions} but the activation of hidden layers. */
export function styled(
  name: string,
): Absent<Pick<NetworkOptions, "alpha">> &
  Defaulted<Pick<NetworkOptions, "batchNormalization" | "dropout"> & NamedNetworkOptions> {
  return {
    alpha: optional(number({ min: 0 })),
    batchNormalization: flag({ default: false }),
    dropout: number({ min: 0, below: 1, default: 0 }),
    ...named(name),
  };
}

/** An activation by name. */
export function activationOption(kind: ActivationKind): Option<ActivationKind, "defaulted"> {
  return choice(ACTIVATION_KINDS, { default: kind });
}

/** {@link ConditionOptions}. */
export const CONDITIONS: Absent<ConditionOptions> = {
  classes: optional(integer({ min: 2 })),
  conditionDim: optional(integer({ min: 1 })),
};

/** {@link HeadOptions}. */
export const HEADS: Defaulted<HeadOptions> = { heads: sizes({ minLength: 0, default: [] }) };

/** Shape of one image. */
export const IMAGE_SHAPE: Option<readonly number[], "required"> = {
  ...sizes({ minLength: 3, maxLength: 3 }),
  expected: "[height, width, channels]",
};
