import * as tf from "@tensorflow/tfjs";

/** What a backend holds now. */
export interface BackendMemory {
  readonly backend: string;
  /** Tensors that are alive. */
  readonly tensors: number;
  /** Bytes of their values. */
  readonly bytes: number;
  /**
   * Bytes that the backend has taken for them and for reuse: the WebAssembly memory, the textures or buffers on the
   * device. On `cpu` and `node` the same as `bytes`.
   */
  readonly allocatedBytes: number;
}

/**
 * Memory of the backend that computes now.
 *
 * @example
 * ```ts
 * import { memory, useBackend } from "@latentkit/backends";
 * await useBackend("wasm");
 * const { tensors, allocatedBytes } = memory();
 * ```
 */
export function memory(): BackendMemory {
  const { numTensors, numBytes } = tf.memory();
  return { backend: tf.getBackend(), tensors: numTensors, bytes: numBytes, allocatedBytes: allocated() ?? numBytes };
}

function allocated(): number | undefined {
  const backend = tf.backend() as unknown as {
    wasm?: { HEAPU8: Uint8Array };
    memory(): { numBytesAllocatedInGPU?: number; numBytesInGPUAllocated?: number };
  };
  const { numBytesAllocatedInGPU, numBytesInGPUAllocated } = backend.memory();
  return backend.wasm?.HEAPU8.byteLength ?? numBytesAllocatedInGPU ?? numBytesInGPUAllocated;
}
