export type { CellKind, CellState, RecurrentCell } from "./cells.js";
export { type RecurrentDecoderOptions, recurrentDecoder } from "./recurrent-decoder.js";
export { type RecurrentEncoderOptions, recurrentEncoder } from "./recurrent-encoder.js";
export type { RecurrentCellOptions, RecurrentLayer, RecurrentLayerOptions } from "./recurrent-layer.js";
export { SequenceToVector, type SequenceToVectorOptions, sequenceToVector } from "./sequence-to-vector.js";
export { VectorToSequence, type VectorToSequenceOptions, vectorToSequence } from "./vector-to-sequence.js";
