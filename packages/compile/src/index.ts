export { type OnnxOptions, onnx } from "./executor/onnx.js";
export type { OnnxProvider, OnnxRuntimeModule } from "./runtime/load.js";
