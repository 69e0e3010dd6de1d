export { type OnnxOptions, onnx } from "./executor/onnx.js";
export { type ExportOnnxOptions, encodeOnnx, exportOnnx } from "./export/export-onnx.js";
export { encodeTrainingStep, exportTrainingStep } from "./export/export-training-step.js";
export type { OnnxProvider } from "./runtime/load.js";
export type { OnnxRuntimeModule } from "./runtime/module.js";
