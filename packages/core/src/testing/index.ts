export { type ContractOptions, describeModel } from "./contract.js";
export { finiteDifferences } from "./finite-differences.js";
export { type SlipCase, sweepSlips } from "./slips.js";
export { expectSameTensors } from "./tensors.js";
