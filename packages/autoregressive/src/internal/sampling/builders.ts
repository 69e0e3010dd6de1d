import {
  Activation,
  CausalAttention,
  CausalConvolution,
  ConcatenatedElu,
  DiagonalBiLstm,
  GatedUnit,
  LearnedPositions,
  OneHotLevels,
  RowLstm,
  SeededDropout,
  Shift2d,
  ShiftedConv2dTranspose,
} from "@latentkit/layers/authoring";
import type * as tf from "@tensorflow/tfjs";
import { convolutionOp } from "./convolution-op.js";
import { diagonalOps, rowLstmOps } from "./lstm-ops.js";
import type { Builder, Op } from "./op.js";
import { attentionOp, normalizationOp, positionsOp } from "./sequence-ops.js";
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
import type { Value } from "./value.js";

type Shape = readonly (number | null)[];
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
  [CausalAttention, attentionOp],
  [LearnedPositions, positionsOp],
];

/** Layers of tfjs by the names of their classes. */
const SHIPPED: Readonly<Record<string, Builder>> = {
  Add: addOp,
  Concatenate: concatenateOp,
  Dropout: sameOp,
  LayerNormalization: normalizationOp,
};

/** A layer as ops that compute it place by place, the last of which gives its output; nothing for a layer that cannot be. */
export function opsOf(layer: tf.layers.Layer, inputs: readonly Value[], shape: Shape): readonly Op[] | undefined {
  if (layer instanceof RowLstm) return rowLstmOps(layer, inputs[0]!);
  if (layer instanceof DiagonalBiLstm) return diagonalOps(layer, inputs[0]!);
  const build = OURS.find(([kind]) => layer instanceof kind)?.[1] ?? SHIPPED[layer.getClassName()];
  return build && [build(layer, inputs, shape)];
}
