export * from "./add-vector.js";
export { CausalConvolution, type CausalLayerOptions, type TapsPlan } from "./causal-layer.js";
export * from "./concatenated-elu.js";
export * from "./gated-unit.js";
export * from "./masked-conv2d.js";
export * from "./one-hot-levels.js";
export type { Rectangle, Taps } from "./rectangle.js";
export * from "./shift2d.js";
export {
  SHIFT_DIRECTIONS,
  type ShiftDirection,
  ShiftedConv2d,
  type ShiftedConv2dOptions,
  shiftedConv2d,
} from "./shifted-conv2d.js";
export * from "./shifted-conv2d-transpose.js";
