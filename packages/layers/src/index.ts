export * from "./activations/activation.js";
export { ACTIVATION_KINDS, type ActivationKind } from "./activations/functions.js";
export * from "./activations/maxout.js";
export * from "./batch-statistics/minibatch-discrimination.js";
export * from "./batch-statistics/minibatch-standard-deviation.js";
export * from "./causal/index.js";
export * from "./convolution-matrix.js";
export * from "./gaussian-sample.js";
export type { CallArguments, LayerOptions } from "./internal/layer.js";
export type { SeededLayer, SeededLayerOptions } from "./internal/seeded-layer.js";
export * from "./nearest-upsampling.js";
export * from "./networks/conv-vae-networks.js";
export type { ConvolutionOptions } from "./networks/convolutions.js";
export type { ImageRange } from "./networks/dcgan.js";
export * from "./networks/decoders/conv-decoder.js";
export * from "./networks/decoders/mlp-decoder.js";
export * from "./networks/decoders/tied-decoder.js";
export * from "./networks/discriminators/autoencoding-discriminator.js";
export * from "./networks/discriminators/dcgan-discriminator.js";
export type { JudgementOptions } from "./networks/discriminators/judgement.js";
export * from "./networks/discriminators/mlp-discriminator.js";
export * from "./networks/encoders/conv-encoder.js";
export * from "./networks/encoders/mlp-encoder.js";
export * from "./networks/generators/dcgan-generator.js";
export * from "./networks/generators/mlp-generator.js";
export type {
  BatchStatistics,
  ConditionOptions,
  HeadOptions,
  NamedNetworkOptions,
  NetworkOptions,
} from "./networks/options.js";
export * from "./noise/gaussian-sampler.js";
export * from "./noise/masking-noise.js";
export * from "./noise/salt-and-pepper-noise.js";
export * from "./noise/seeded-dropout.js";
export * from "./noise/seeded-gaussian-noise.js";
export * from "./recurrent/index.js";
export * from "./spectral/spectral-conv2d.js";
export * from "./spectral/spectral-dense.js";
export * from "./tied/tied-conv2d-transpose.js";
export * from "./tied/tied-dense.js";
export * from "./upsampling-conv2d.js";
