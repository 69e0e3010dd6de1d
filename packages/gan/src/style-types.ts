import type { Conditions, GivenLike, RandomSource } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import type { Gan } from "./types.js";
import type { ExampleView } from "./views/example-view.js";

/** Options of all style-based models. */
export interface StyleGanBaseOptions {
  /** Noise `[batch, latentDim]`, and what is given, → styles `[batch, styleDim]`: `styleMapping` of `@latentkit/layers`. */
  readonly mapping: tf.LayersModel;
  /** A style `[batch, styleDim]` for each place → pictures: `styleSynthesis` of `@latentkit/layers`. */
  readonly synthesis: tf.LayersModel;
  /** Pictures, and what is given, → a logit `[batch, 1]`: `styleDiscriminator` of `@latentkit/layers`. */
  readonly discriminator: tf.LayersModel;
  /** What both are told, by name: `{ label: { classes: 10 } }`. Default nothing. */
  readonly given?: Conditions;
  /** What the discriminator sees instead of the plain examples. Default none. */
  readonly views?: readonly ExampleView[];
  /** Share of examples whose coarse and fine styles come from two codes. Default 0.9. */
  readonly styleMixing?: number;
  /** Decay of the running mean of styles, towards which truncation draws. Default 0.995. */
  readonly meanDecay?: number;
  /** Weight γ of R1. Default 10; StyleGAN2 takes 0.0002 · side² / batch as a first guess. */
  readonly r1Weight?: number;
}

/** How styles become pictures. */
export interface SynthesisOptions {
  /** ψ: 1 leaves styles as they are, 0 gives the mean of all; between them fidelity grows and variety shrinks. Default 1. */
  readonly truncation?: number;
  /** Where the noise of each layer comes from. Default none is added. */
  readonly random?: RandomSource;
}

/** A GAN whose generator maps noise to styles, and styles to pictures. */
export interface StyleGan extends Omit<Gan, "networks"> {
  readonly networks: {
    readonly mapping: tf.LayersModel;
    readonly synthesis: tf.LayersModel;
    readonly discriminator: tf.LayersModel;
  };
  /** Width of a style. */
  readonly styleDim: number;
  /** Places of the synthesis that take a style, coarse first. */
  readonly styleCount: number;
  /** Styles w of codes z: `[batch, latentDim]` → `[batch, styleDim]`. */
  map(z: tf.Tensor, given?: GivenLike): tf.Tensor2D;
  /** Style mixing: the styles of a at all places but those listed, which take b's. Coarse places come first. */
  mix(a: tf.Tensor2D, b: tf.Tensor2D, places: readonly number[]): readonly tf.Tensor2D[];
  /** Pictures of styles, `[batch, styleDim]` for all places or a list of one for each, cut to [0, 1]. */
  synthesise(styles: tf.Tensor2D | readonly tf.Tensor2D[], options?: SynthesisOptions): tf.Tensor;
}
