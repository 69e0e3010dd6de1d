export { AddVector, addVector } from "./add-vector.js";
export { CausalAttention, type CausalAttentionOptions, causalAttention } from "./causal-attention.js";
export { CausalConvolution, type CausalLayerOptions, type CausalStyle, type TapsPlan } from "./causal-layer.js";
export { ConcatenatedElu, concatenatedElu } from "./concatenated-elu.js";
export { DiagonalBiLstm, type DiagonalBiLstmOptions, diagonalBiLstm } from "./diagonal-bi-lstm.js";
export { GATED_VALUES, GatedUnit, type GatedUnitOptions, type GatedValue, gatedUnit } from "./gated-unit.js";
export { LearnedPositions, type LearnedPositionsOptions, learnedPositions } from "./learned-positions.js";
export { MASK_KINDS, MaskedConv2d, type MaskedConv2dOptions, maskedConv2d } from "./masked-conv2d.js";
export { type Degrees, MaskedDense, type MaskedDenseOptions, maskedDense } from "./masked-dense.js";
export type { MaskKind } from "./masked-plan.js";
export { OneHotLevels, type OneHotLevelsOptions, oneHotLevels } from "./one-hot-levels.js";
export type { Rectangle, Taps } from "./rectangle.js";
export { RowLstm, type RowLstmOptions, rowLstm } from "./row-lstm.js";
export { Shift2d, type Shift2dOptions, shift2d } from "./shift2d.js";
export {
  SHIFT_DIRECTIONS,
  type ShiftDirection,
  ShiftedConv2d,
  type ShiftedConv2dOptions,
  shiftedConv2d,
} from "./shifted-conv2d.js";
export {
  ShiftedConv2dTranspose,
  type ShiftedConv2dTransposeOptions,
  shiftedConv2dTranspose,
} from "./shifted-conv2d-transpose.js";
