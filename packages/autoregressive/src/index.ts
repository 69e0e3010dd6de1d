// Registers the layers that saved networks are made of, so that models load wherever this package is imported.
import "@latentkit/layers";

export {
  type AutoregressiveBase,
  type AutoregressiveCapabilities,
  type AutoregressiveParts,
  autoregressiveModel,
} from "./autoregressive-model.js";
export { type GatedPixelCnnOptions, gatedPixelCnn } from "./gated-pixel-cnn.js";
export { type ImageTransformerOptions, imageTransformer } from "./image-transformer.js";
export type { InputEncoding } from "./internal/networks.js";
export type { PictureModelOptions, ToldOptions } from "./internal/options.js";
export { type MadeOptions, made } from "./made.js";
export { type PixelCnnOptions, pixelCnn } from "./pixel-cnn.js";
export { type PixelCnnPlusPlusOptions, pixelCnnPlusPlus } from "./pixel-cnn-plus-plus.js";
export { type PixelRnnCell, type PixelRnnOptions, pixelRnn } from "./pixel-rnn.js";
export type {
  AutoregressiveModel,
  GatedPixelCnn,
  ImageTransformer,
  Made,
  PixelCnn,
  PixelCnnPlusPlus,
  PixelRnn,
} from "./types.js";
