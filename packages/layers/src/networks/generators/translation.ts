import { type Absent, check, choice, type Defaulted, integer, type Needed, optional } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import type { Assembly, Conventions } from "../assembly.js";
import { DCGAN, IMAGE_RANGE, type ImageRange } from "../dcgan.js";
import { IMAGE_SHAPE, type NamedNetworkOptions, named } from "../options.js";
import { toSigned, toUnit } from "../range.js";

/** What networks from pictures to pictures have in common. */
export interface TranslatorOptions extends NamedNetworkOptions {
  /** Height, width and channels of the pictures that are translated. */
  readonly inputShape: readonly number[];
  /** Channels of the pictures that are made. Default those of the input. */
  readonly outputChannels?: number;
  /** Default `batch`; `none` for batches of one picture. */
  readonly normalization?: "batch" | "none";
  /** Values of the pictures, of both kinds. Default `unit`. */
  readonly range?: ImageRange;
}

/** {@link TranslatorOptions}. */
export const TRANSLATION: Needed<Pick<TranslatorOptions, "inputShape">> &
  Absent<Pick<TranslatorOptions, "outputChannels">> &
  Defaulted<Omit<TranslatorOptions, "inputShape" | "outputChannels">> = {
  inputShape: IMAGE_SHAPE,
  outputChannels: optional(integer({ min: 1 })),
  normalization: choice(["batch", "none"], { default: "batch" }),
  range: IMAGE_RANGE,
  ...named("generator"),
};

/** Weights and normalisation are DCGAN's, as the papers have them. */
export const TRANSLATOR: Conventions = DCGAN;

/** Refuses pictures that cannot be halved as often as a network does. */
export function checkHalvings(owner: string, inputShape: readonly number[], halvings: number): void {
  const scale = 2 ** halvings;
  const [height, width] = inputShape as [number, number];
  const expected = `divisible by ${scale} in height and width (${halvings} halvings)`;
  check(owner).that("inputShape", inputShape, height % scale === 0 && width % scale === 0, expected);
}

/** The input as values in [−1, 1]. */
export function signedInput(net: Assembly, inputShape: readonly number[], range: ImageRange): tf.SymbolicTensor {
  const x = net.input("source", inputShape);
  return range === "signed" ? x : toSigned(net, x, "signed");
}

/** Pictures from a tanh's [−1, 1], in the data's range. */
export function rangedOutput(net: Assembly, x: tf.SymbolicTensor, range: ImageRange): tf.SymbolicTensor {
  return range === "signed" ? x : toUnit(net, x);
}
