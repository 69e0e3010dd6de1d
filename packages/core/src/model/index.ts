export { checkFields } from "./check-fields.js";
export { conditionInputs, drawGiven, givenOf, givenRows } from "./conditions.js";
export { defineModel, type ModelFactory, type ModelParts } from "./define-model.js";
export type { AnyFactory, LoadOptionsOf, ModelOf } from "./factories.js";
export { loadModel, modelFromBytes, modelToBytes, saveModel } from "./model-file.js";
export { hold } from "./ownership.js";
export { type SamplePart, type SampleRequest, sampleRequest } from "./sampling.js";
