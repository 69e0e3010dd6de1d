export {
  adversarialLossOption,
  fDivergenceOptions,
  leastSquaresOptions,
  logisticOptions,
  realnessOptions,
} from "./adversarial/index.js";
export { dataField } from "./likelihoods/data-field.js";
export { likelihoodFromJSON } from "./likelihoods/from-json.js";
export { likelihoodOption, posteriorOption, priorOption, quantizerOption, reconstructionOption } from "./options.js";
