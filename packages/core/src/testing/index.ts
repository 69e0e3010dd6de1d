export { type ContractOptions, describeModel } from "./contract.js";
export { describeSlips, disposeOf, type SlipsOptions } from "./describe-slips.js";
export { finiteDifferences } from "./finite-differences.js";
export { asArgument, type SlipCase, sweepSlips } from "./slips.js";
export { expectSameTensors } from "./tensors.js";
