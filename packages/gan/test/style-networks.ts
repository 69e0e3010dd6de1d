import { styleDiscriminator, styleMapping, styleSynthesis } from "@latentkit/layers";
import type * as tf from "@tensorflow/tfjs";

const SIDE = { outputShape: [8, 8, 2], filters: [4, 3] };

/** Small networks of a style-based model for pictures of 8×8. */
export function styleTrio(options: { readonly classes?: number; readonly modulation?: "instance" } = {}): {
  readonly mapping: tf.LayersModel;
  readonly synthesis: tf.LayersModel;
  readonly discriminator: tf.LayersModel;
} {
  const { classes, modulation } = options;
  return {
    mapping: styleMapping({ latentDim: 3, styleDim: 5, depth: 2, seed: 1, ...(classes && { classes }) }),
    synthesis: styleSynthesis({ ...SIDE, styleDim: 5, seed: 2, ...(modulation && { modulation }) }),
    discriminator: styleDiscriminator({
      ...{ inputShape: SIDE.outputShape, filters: SIDE.filters, groupSize: 2, seed: 3 },
      ...(classes && { classes }),
    }),
  };
}
