import { check, choice, integer, type Option } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Assembly, Conventions } from "../assembly.js";
import { DCGAN, type ImageRange } from "../dcgan.js";
import type { NamedNetworkOptions } from "../options.js";

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

/** {@link TranslatorOptions.normalization}. */
export const NORMALIZATION: Option<"batch" | "none", "defaulted"> = choice(["batch", "none"], { default: "batch" });

/** Channels of what is made. */
export const CHANNELS: Option<number, "required"> = integer({ min: 1 });

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
  if (range === "signed") return x;
  return net.apply(tf.layers.rescaling({ scale: 2, offset: -1, name: net.named("signed") }), x);
}

/** Pictures from a tanh's [−1, 1], in the data's range. */
export function rangedOutput(net: Assembly, x: tf.SymbolicTensor, range: ImageRange): tf.SymbolicTensor {
  if (range === "signed") return x;
  return net.apply(tf.layers.rescaling({ scale: 0.5, offset: 0.5, name: net.named("range") }), x);
}
