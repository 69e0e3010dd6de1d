import {
  Activation,
  CausalConvolution,
  ConcatenatedElu,
  GatedUnit,
  OneHotLevels,
  SeededDropout,
  Shift2d,
  ShiftedConv2dTranspose,
} from "@latentkit/layers/authoring";
import type * as tf from "@tensorflow/tfjs";
import { convolutionOp } from "./convolution-op.js";
import type { Builder } from "./op.js";
import {
  activationOp,
  addOp,
  concatenatedEluOp,
  concatenateOp,
  gateOp,
  oneHotOp,
  sameOp,
  shiftOp,
} from "./simple-ops.js";
import { transposedOp } from "./transposed-op.js";

type LayerClass = abstract new (...args: never[]) => tf.layers.Layer;

const OURS: readonly (readonly [LayerClass, Builder])[] = [
  [CausalConvolution, convolutionOp],
  [ShiftedConv2dTranspose, transposedOp],
  [Shift2d, shiftOp],
  [Activation, activationOp],
  [GatedUnit, gateOp],
  [ConcatenatedElu, concatenatedEluOp],
  [OneHotLevels, oneHotOp],
  [SeededDropout, sameOp],
];

/** Layers of tfjs by the names of their classes. */
const SHIPPED: Readonly<Record<string, Builder>> = { Add: addOp, Concatenate: concatenateOp, Dropout: sameOp };

/** How a layer is computed place by place; nothing for a layer that cannot be. */
export function builderOf(layer: tf.layers.Layer): Builder | undefined {
  const ours = OURS.find(([kind]) => layer instanceof kind)?.[1];
  return ours ?? SHIPPED[layer.getClassName()];
}
