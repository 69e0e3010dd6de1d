import type * as common from "onnxruntime-common";

/** The module of `onnxruntime-node` or `onnxruntime-web`: both have this part. */
export type OnnxRuntimeModule = Pick<typeof common, "InferenceSession" | "Tensor" | "env">;

/** A tensor of ONNX Runtime. */
export type OnnxTensor = common.Tensor;
