import * as tf from "@tensorflow/tfjs";
import { replaceConvolution } from "./convolution.js";
import { replaceDepthwise } from "./depthwise.js";
import { replaceDilation } from "./dilation.js";
import { addEinsum } from "./einsum.js";
import { replaceElementwise } from "./elementwise.js";
import { replaceIndexed } from "./indexed.js";
import { replaceJoining } from "./joining.js";
import { guardTheRest } from "./kernel.js";
import { replaceMatMul } from "./matmul.js";
import { watchMemory } from "./memory.js";
import { compileKernels } from "./module.js";
import { replaceMovement } from "./movement.js";
import { replacePooling } from "./pooling.js";
import { replaceReductions } from "./reduction.js";
import { replaceResizing } from "./resizing.js";
import { replaceSelect } from "./select.js";
import { mendShipped } from "./shipped.js";
import { replaceWarps } from "./warps.js";

let repaired = false;

/** Imports the WebAssembly backend and repairs its kernels, once; `folder` is where browsers find its files. */
export async function loadWasm(folder?: string): Promise<void> {
  const { BackendWasm, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  if (folder !== undefined && !repaired) setWasmPaths(folder);
  await compileKernels();
  // The threaded build keeps its memory to itself, and has threads for none of the kernels that training needs.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (repaired) return;
  repaired = true;
  watchMemory(BackendWasm.prototype);
  mendShipped();
  replaceMatMul();
  replaceConvolution();
  replaceDepthwise();
  replaceElementwise();
  replaceSelect();
  replaceMovement();
  replaceJoining();
  replaceIndexed();
  replaceReductions();
  replacePooling();
  replaceResizing();
  replaceDilation();
  replaceWarps();
  addEinsum();
  guardTheRest();
}
