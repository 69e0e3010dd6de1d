export {
  type FiniteScalarQuantizerOptions,
  finiteScalarQuantizer,
} from "./finite-scalar-quantizer.js";
export type { CodebookOptions, CodeDistance, RestartOptions } from "./options.js";
export type { Codebook, Quantized, Quantizer } from "./quantizer.js";
export { type ResidualQuantizerOptions, residualQuantizer } from "./residual-quantizer.js";
export { type VectorQuantizerOptions, vectorQuantizer } from "./vector-quantizer.js";
