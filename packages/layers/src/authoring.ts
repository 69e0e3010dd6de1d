export { Activation } from "./activations/activation.js";
export { ACTIVATION_KINDS } from "./activations/functions.js";
export { Maxout } from "./activations/maxout.js";
export { MinibatchDiscrimination } from "./batch-statistics/minibatch-discrimination.js";
export { MinibatchStandardDeviation } from "./batch-statistics/minibatch-standard-deviation.js";
export {
  AddVector,
  CausalAttention,
  CausalConvolution,
  ConcatenatedElu,
  DiagonalBiLstm,
  GATED_VALUES,
  GatedUnit,
  LearnedPositions,
  MASK_KINDS,
  MaskedConv2d,
  MaskedDense,
  OneHotLevels,
  type Rectangle,
  RowLstm,
  SHIFT_DIRECTIONS,
  Shift2d,
  ShiftedConv2d,
  ShiftedConv2dTranspose,
  type Taps,
} from "./causal/index.js";
export { convolutionMatrix, transposedConvolutionMatrix } from "./convolution-matrix.js";
export { NearestUpsampling } from "./nearest-upsampling.js";
export { GaussianSampler } from "./noise/gaussian-sampler.js";
export { MaskingNoise } from "./noise/masking-noise.js";
export { SaltAndPepperNoise } from "./noise/salt-and-pepper-noise.js";
export { SeededDropout } from "./noise/seeded-dropout.js";
export { SeededGaussianNoise } from "./noise/seeded-gaussian-noise.js";
export { SequenceToVector, VectorToSequence } from "./recurrent/index.js";
export { SpectralConv2d } from "./spectral/spectral-conv2d.js";
export { SpectralDense } from "./spectral/spectral-dense.js";
export { largestSingularValue } from "./spectral/spectral-norm.js";
export {
  AdaptiveInstanceNormalization,
  EqualizedConv2d,
  EqualizedDense,
  FadeIn,
  FirFilter,
  LearnedConstant,
  ModulatedConv2d,
  NoiseInjection,
  PixelNormalization,
} from "./style/index.js";
export { TiedConv2dTranspose } from "./tied/tied-conv2d-transpose.js";
export { TiedDense } from "./tied/tied-dense.js";
export { UpsamplingConv2d } from "./upsampling-conv2d.js";
