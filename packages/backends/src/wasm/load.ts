import { replaceConvolution } from "./convolution.js";
import { addDepthwiseGradients } from "./depthwise.js";
import { addEinsum } from "./einsum.js";
import { replaceElementwise } from "./elementwise.js";
import { replaceMatMul } from "./matmul.js";
import { compileKernels } from "./module.js";
import { replaceMovement } from "./movement.js";
import { replacePoolingGradients } from "./pooling.js";
import { replaceReductions } from "./reduction.js";

let repaired = false;

/** Imports the WebAssembly backend and repairs its kernels, once. */
export async function loadWasm(): Promise<void> {
  await import("@tensorflow/tfjs-backend-wasm");
  await compileKernels();
  if (repaired) return;
  repaired = true;
  replaceMatMul();
  replaceConvolution();
  addDepthwiseGradients();
  replaceElementwise();
  replaceMovement();
  replaceReductions();
  replacePoolingGradients();
  addEinsum();
}
