import * as ar from "@latentkit/autoregressive";
import { type Batch, type Model, random } from "@latentkit/core";
import { categorical } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";

/** Examples in a batch. */
export const COUNT = 4;
const pixels = { inputShape: [4, 4, 1], seed: 1 } as const;
const small3 = () => ({ x: tf.round(random(5).uniform([COUNT, 3, 3, 1])) });
const bits = () => ({ x: tf.round(random(5).uniform([COUNT, 4, 4, 1])), label: tf.tensor1d([0, 1, 2, 1], "int32") });

/** Small models of every autoregressive kind and of their variants. */
export const autoregressive: Readonly<Record<string, readonly [model: () => Model<never>, batch: () => Batch]>> = {
  pixelCnn: [() => ar.pixelCnn({ ...pixels, width: 4, blocks: 1 }), bits],
  "pixelCnn, colours": [
    () => ar.pixelCnn({ inputShape: [4, 4, 2], width: 8, blocks: 1, likelihood: categorical(4) }),
    () => ({ x: random(5).uniform([COUNT, 4, 4, 2]) }),
  ],
  "gated, told classes": [
    () => ar.gatedPixelCnn({ ...pixels, width: 4, layers: 1, given: { label: { classes: 3 } } }),
    bits,
  ],
  "row LSTM": [() => ar.pixelRnn({ ...pixels, units: 2, headWidth: 4, cell: "row" }), bits],
  "diagonal LSTM": [() => ar.pixelRnn({ ...pixels, inputShape: [3, 3, 1], units: 2, headWidth: 4 }), () => small3()],
  "made, several masks": [
    () => ar.made({ inputShape: [4, 4, 1], hiddenUnits: [8], masks: 2, orderAgnostic: true }),
    bits,
  ],
  "image transformer": [() => ar.imageTransformer({ ...pixels, width: 4, blocks: 1 }), bits],
  "pixelCnn++": [() => ar.pixelCnnPlusPlus({ ...pixels, width: 4, blocks: 1, resolutions: 2 }), bits],
};
