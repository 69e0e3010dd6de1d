export type { ArrayDataset, FieldInfo, Transform } from "./array-dataset.js";
export { type BinarizeOptions, binarize } from "./binarize.js";
export { type CodeDatasetOptions, codeDataset } from "./code-dataset.js";
export { type FromCsvOptions, fromCsv, parseCsv } from "./csv/from-csv.js";
export type { CsvBatch, CsvInfo, CsvOptions, MissingCells } from "./csv/options.js";
export type { FaceModules } from "./drawn/draw-faces.js";
export {
  type EmojiBatch,
  type EmojiOptions,
  type EmojiPairsBatch,
  emoji,
  emojiPairs,
} from "./drawn/emoji.js";
export type { EmojiInfo, EmojiModules, EmojiPairsOptions } from "./drawn/emoji-options.js";
export type { FaceFactor, FacePart } from "./drawn/face-parts.js";
export type { IconsModule } from "./drawn/icon-set.js";
export { type PixelFacesBatch, type PixelFacesInfo, type PixelFacesOptions, pixelFaces } from "./drawn/pixel-faces.js";
export type { ResvgModule } from "./drawn/rasterize.js";
export { fashionMnist } from "./fashion-mnist.js";
export { type ArrayField, type ArrayRow, type FlatField, fromArrays } from "./from-arrays.js";
export { fromGenerator } from "./from-generator.js";
export { type FromOptions, fromTensors, type TensorBatch } from "./from-tensors.js";
export { type FromIdxOptions, fromIdx } from "./idx/from-idx.js";
export type { MnistOptions } from "./idx/options.js";
export { type IdxArray, parseIdx } from "./idx/parse-idx.js";
export type { ImageBatch, ImageInfo } from "./image-batch.js";
export { imageFiles } from "./image-files.js";
export { type ImageFolderInfo, type ImageFolderOptions, imageFolder } from "./image-folder.js";
export type { ImageFilesOptions } from "./images/options.js";
export type { Nested, NumberArray } from "./internal/flatten.js";
export { mnist } from "./mnist.js";
export type { ShapeName } from "./procedural/draw-shape.js";
export { type GaussiansBatch, type GaussiansInfo, type GaussiansOptions, gaussians } from "./procedural/gaussians.js";
export type { GlyphVariation } from "./procedural/glyph-pen.js";
export { type GlyphsOptions, glyphs } from "./procedural/glyphs.js";
export { type GridOptions, grid } from "./procedural/grid.js";
export type { MixtureBatch, MixtureInfo } from "./procedural/mixture.js";
export { type RingOptions, ring } from "./procedural/ring.js";
export type { Factor } from "./procedural/shape-factors.js";
export { type ShapesBatch, type ShapesInfo, type ShapesOptions, shapes } from "./procedural/shapes.js";
export { type SinesBatch, type SinesOptions, type SinesRange, sines } from "./procedural/sines.js";
export { type SwissRollBatch, type SwissRollInfo, type SwissRollOptions, swissRoll } from "./procedural/swiss-roll.js";
export {
  type StandardizeOptions,
  type Standardizer,
  type StandardizerOptions,
  type Statistics,
  standardize,
  standardizer,
} from "./standardize.js";
export type {
  FromGeneratorOptions,
  StreamBatch,
  StreamDataset,
  StreamItem,
  StreamPass,
  StreamSource,
  StreamValue,
  TfDataset,
} from "./stream-types.js";
