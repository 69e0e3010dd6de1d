import { inNode } from "@latentkit/core/authoring";
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

const FILES = [
  "tfjs-backend-wasm.wasm",
  "tfjs-backend-wasm-simd.wasm",
  "tfjs-backend-wasm-threaded-simd.wasm",
] as const;

/**
 * Imports the WebAssembly backend and repairs its kernels, once.
 *
 * @param folder - Where browsers find its files; they take the copy within this package unless it is given.
 */
export async function loadWasm(folder?: string): Promise<void> {
  const { BackendWasm, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  if (!repaired) {
    if (folder !== undefined) setWasmPaths(folder);
    else if (!inNode()) setWasmPaths(Object.fromEntries(await copies()) as Record<(typeof FILES)[number], string>);
  }
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

/** An address of the WebAssembly within this package under the name of each build: the one with SIMD is the one that is asked for. */
async function copies(): Promise<[string, string][]> {
  const { shippedBinary } = await import("./binary.js");
  const address = URL.createObjectURL(new Blob([shippedBinary], { type: "application/wasm" }));
  return FILES.map((name) => [name, address]);
}
