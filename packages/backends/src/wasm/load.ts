import * as tf from "@tensorflow/tfjs";
import { replaceMatMul } from "./matmul.js";

let repaired = false;

/** Imports the WebAssembly backend and repairs its kernels, once. */
export async function loadWasm(): Promise<void> {
  await import("@tensorflow/tfjs-backend-wasm");
  if (repaired) return;
  repaired = true;
  replaceMatMul();
}

/** Bytes of linear memory that the backend holds now. */
export function wasmHeapBytes(): number {
  const backend = tf.findBackend("wasm") as unknown as { wasm?: { HEAPU8: Uint8Array } } | null;
  return backend?.wasm?.HEAPU8.byteLength ?? 0;
}
