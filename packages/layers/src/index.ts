export * from "./activations/activation.js";
export type { ActivationKind } from "./activations/functions.js";
export * from "./gan/index.js";
export * from "./gaussian-sample.js";
export type { CallArguments, LayerOptions } from "./internal/layer.js";
export * from "./nearest-upsampling.js";
export * from "./networks/conv-decoder.js";
export * from "./networks/conv-encoder.js";
export type { ConvolutionOptions } from "./networks/convolutions.js";
export * from "./networks/mlp-decoder.js";
export {
  type MlpEncoderOptions,
  type MlpGaussianEncoderOptions,
  mlpEncoder,
  mlpGaussianEncoder,
} from "./networks/mlp-encoder.js";
export type { NetworkOptions } from "./networks/options.js";
export * from "./networks/tied-decoder.js";
export * from "./noise/gaussian-sampler.js";
export * from "./noise/masking-noise.js";
export * from "./noise/salt-and-pepper-noise.js";
export * from "./noise/seeded-dropout.js";
export * from "./noise/seeded-gaussian-noise.js";
export * from "./recurrent/index.js";
export * from "./tied/tied-conv2d-transpose.js";
export * from "./tied/tied-dense.js";
export * from "./upsampling-conv2d.js";
