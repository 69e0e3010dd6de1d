import * as tf from "@tensorflow/tfjs";

/** Bytes before and after each block that nobody may write to. */
const MARGIN = 64;

interface Module {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(offset: number): void;
}

/** Watches the memory of the WebAssembly backend. */
export interface HeapWatch {
  /** Blocks whose margins were written to since the last call. */
  damaged(): number;
  /** Puts the backend's own functions back. */
  end(): void;
}

/**
 * Surrounds each tensor of the WebAssembly backend with bytes that must not change, and fills new ones with 0xff, which is
 * NaN: what is written beyond a tensor is counted, and what is read from beyond it or never written shows as NaN.
 */
export function watchHeap(): HeapWatch {
  const module = (tf.backend() as unknown as { wasm: Module }).wasm;
  // The first call of each puts another function in its place.
  module._free(module._malloc(8));
  const [malloc, free] = [module._malloc, module._free];
  const blocks = new Map<number, number>();
  let broken = 0;
  const intact = (at: number, bytes: number): boolean => {
    const heap = module.HEAPU8;
    for (let i = 1; i <= MARGIN; i++) if (heap[at - i] !== 0xff || heap[at + bytes + i - 1] !== 0xff) return false;
    return true;
  };
  module._malloc = (bytes) => {
    const at = (malloc(bytes + 2 * MARGIN) >>> 0) + MARGIN;
    module.HEAPU8.fill(0xff, at - MARGIN, at + bytes + MARGIN);
    blocks.set(at, bytes);
    return at;
  };
  module._free = (offset) => {
    const at = offset >>> 0;
    const bytes = blocks.get(at);
    if (bytes === undefined) return free(offset);
    if (!intact(at, bytes)) broken++;
    blocks.delete(at);
    free(at - MARGIN);
  };
  return {
    damaged() {
      let found = broken;
      broken = 0;
      for (const [at, bytes] of blocks) {
        if (intact(at, bytes)) continue;
        found++;
        module.HEAPU8.fill(0xff, at - MARGIN, at);
        module.HEAPU8.fill(0xff, at + bytes, at + bytes + MARGIN);
      }
      return found;
    },
    end() {
      // Tensors that live on keep their margins.
      module._malloc = malloc;
    },
  };
}
