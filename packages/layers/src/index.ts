export { type ActivationOptions, activation } from "./activations/activation.js";
export type { ActivationKind } from "./activations/functions.js";
export { type MaxoutOptions, maxout } from "./activations/maxout.js";
export {
  type MinibatchDiscriminationOptions,
  minibatchDiscrimination,
} from "./batch-statistics/minibatch-discrimination.js";
export {
  type MinibatchStandardDeviationOptions,
  minibatchStandardDeviation,
} from "./batch-statistics/minibatch-standard-deviation.js";
export {
  addVector,
  type CausalAttentionOptions,
  type CausalLayerOptions,
  type CausalStyle,
  causalAttention,
  concatenatedElu,
  type Degrees,
  type DiagonalBiLstmOptions,
  diagonalBiLstm,
  type GatedUnitOptions,
  type GatedValue,
  gatedUnit,
  type LearnedPositionsOptions,
  learnedPositions,
  type MaskedConv2dOptions,
  type MaskedDenseOptions,
  type MaskKind,
  maskedConv2d,
  maskedDense,
  type OneHotLevelsOptions,
  oneHotLevels,
  type RowLstmOptions,
  rowLstm,
  type Shift2dOptions,
  type ShiftDirection,
  type ShiftedConv2dOptions,
  type ShiftedConv2dTransposeOptions,
  shift2d,
  shiftedConv2d,
  shiftedConv2dTranspose,
  type TapsPlan,
} from "./causal/index.js";
export type { ConvolutionMatrixOptions } from "./convolution-matrix.js";
export { gaussianSample } from "./gaussian-sample.js";
export type { CallArguments, LayerOptions } from "./internal/layer.js";
export type { OptionsLayer } from "./internal/options-layer.js";
export type { SeededLayer, SeededLayerOptions } from "./internal/seeded-layer.js";
export { type NearestUpsamplingOptions, nearestUpsampling } from "./nearest-upsampling.js";
export {
  type AutoregressiveConditionerOptions,
  autoregressiveConditioner,
} from "./networks/autoregressive-conditioner.js";
export { type ConvVaeNetworksOptions, convVaeNetworks } from "./networks/conv-vae-networks.js";
export type { ConvolutionOptions } from "./networks/convolutions.js";
export type { ImageRange } from "./networks/dcgan.js";
export { type ConvDecoderOptions, convDecoder, type Upsampling } from "./networks/decoders/conv-decoder.js";
export { type MlpDecoderOptions, mlpDecoder } from "./networks/decoders/mlp-decoder.js";
export { type TiedDecoderOptions, tiedDecoder } from "./networks/decoders/tied-decoder.js";
export {
  type AutoencodingDiscriminatorOptions,
  autoencodingDiscriminator,
} from "./networks/discriminators/autoencoding-discriminator.js";
export { type DcganDiscriminatorOptions, dcganDiscriminator } from "./networks/discriminators/dcgan-discriminator.js";
export type { JudgementOptions } from "./networks/discriminators/judgement.js";
export { type MlpDiscriminatorOptions, mlpDiscriminator } from "./networks/discriminators/mlp-discriminator.js";
export { type PatchDiscriminatorOptions, patchDiscriminator } from "./networks/discriminators/patch-discriminator.js";
export {
  type ConvEncoderOptions,
  type ConvGaussianEncoderOptions,
  convEncoder,
  convGaussianEncoder,
  type Downsampling,
} from "./networks/encoders/conv-encoder.js";
export {
  type MlpEncoderOptions,
  type MlpGaussianEncoderOptions,
  mlpEncoder,
  mlpGaussianEncoder,
} from "./networks/encoders/mlp-encoder.js";
export { type DcganGeneratorOptions, dcganGenerator } from "./networks/generators/dcgan-generator.js";
export { type MlpGeneratorOptions, mlpGenerator } from "./networks/generators/mlp-generator.js";
export { type ResidualGeneratorOptions, residualGenerator } from "./networks/generators/residual-generator.js";
export type { TranslatorOptions } from "./networks/generators/translation.js";
export { type UnetGeneratorOptions, unetGenerator } from "./networks/generators/unet-generator.js";
export {
  type HierarchicalNetworks,
  type HierarchicalNetworksOptions,
  hierarchicalNetworks,
} from "./networks/hierarchical-networks.js";
export { type LadderNetworks, type LadderNetworksOptions, ladderNetworks } from "./networks/ladder-networks.js";
export { type MapDecoderOptions, mapDecoder } from "./networks/maps/map-decoder.js";
export { type MapEncoderOptions, mapEncoder } from "./networks/maps/map-encoder.js";
export { type MapMergerOptions, mapMerger } from "./networks/maps/map-merger.js";
export type { MapOptions } from "./networks/maps/residual-blocks.js";
export type {
  BatchStatistics,
  ConditionOptions,
  HeadOptions,
  NamedNetworkOptions,
  NetworkOptions,
} from "./networks/options.js";
export { growNetwork } from "./networks/progressive/grow-network.js";
export type { ProgressiveOptions } from "./networks/progressive/options.js";
export {
  type ProgressiveDiscriminatorOptions,
  progressiveDiscriminator,
} from "./networks/progressive/progressive-discriminator.js";
export {
  type ProgressiveGeneratorOptions,
  progressiveGenerator,
} from "./networks/progressive/progressive-generator.js";
export { type PseudoInputsOptions, pseudoInputs } from "./networks/pseudo-inputs.js";
export { type StyleDiscriminatorOptions, styleDiscriminator } from "./networks/style/style-discriminator.js";
export { type StyleMappingOptions, styleMapping } from "./networks/style/style-mapping.js";
export { type StyleSynthesisOptions, styleSynthesis } from "./networks/style/style-synthesis.js";
export { gaussianSampler } from "./noise/gaussian-sampler.js";
export { type MaskingNoiseOptions, maskingNoise } from "./noise/masking-noise.js";
export { type SaltAndPepperNoiseOptions, saltAndPepperNoise } from "./noise/salt-and-pepper-noise.js";
export { type SeededDropoutOptions, seededDropout } from "./noise/seeded-dropout.js";
export { type SeededGaussianNoiseOptions, seededGaussianNoise } from "./noise/seeded-gaussian-noise.js";
export {
  type CellKind,
  type CellState,
  type RecurrentCell,
  type RecurrentCellOptions,
  type RecurrentDecoderOptions,
  type RecurrentEncoderOptions,
  type RecurrentLayer,
  type RecurrentLayerOptions,
  recurrentDecoder,
  recurrentEncoder,
  type SequenceToVectorOptions,
  sequenceToVector,
  type VectorToSequenceOptions,
  vectorToSequence,
} from "./recurrent/index.js";
export { type SpectralConv2dOptions, spectralConv2d } from "./spectral/spectral-conv2d.js";
export { type SpectralDenseOptions, spectralDense } from "./spectral/spectral-dense.js";
export {
  adaptiveInstanceNormalization,
  type EqualizedConv2dOptions,
  type EqualizedDenseOptions,
  type EqualizedOptions,
  equalizedConv2d,
  equalizedDense,
  type FadeInOptions,
  type FirFilterOptions,
  fadeIn,
  firFilter,
  type LearnedConstantOptions,
  learnedConstant,
  type ModulatedConv2dOptions,
  modulatedConv2d,
  noiseInjection,
  pixelNormalization,
} from "./style/index.js";
export {
  type TiedConv2dTransposeConfig,
  type TiedConv2dTransposeOptions,
  tiedConv2dTranspose,
} from "./tied/tied-conv2d-transpose.js";
export { type TiedDenseConfig, type TiedDenseOptions, tiedDense } from "./tied/tied-dense.js";
export { type UpsamplingConv2dOptions, upsamplingConv2d } from "./upsampling-conv2d.js";
