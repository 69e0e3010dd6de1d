export { checkConditionInputs, checkEncoderDecoder, type EncoderDecoderExpectations } from "./check-encoder-decoder.js";
export { interpolate } from "./interpolate.js";
export { type InterpolationPath, interpolateCodes } from "./interpolate-codes.js";
export { attributeDirection, type LatentTerms, latentArithmetic } from "./latent-arithmetic.js";
export { type LatentGridOptions, latentGrid } from "./latent-grid.js";
export { normalQuantile } from "./normal-quantile.js";
export { traversalCodes } from "./traversal-codes.js";
