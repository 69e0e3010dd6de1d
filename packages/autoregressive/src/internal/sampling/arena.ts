import { type Kernels, kernelsFor } from "./kernels.js";

/** Examples side by side in one run: their values at a few rows of all layers fit in a processor's cache. */
export const LANES = 64;

/** Lanes for a number of examples: kernels work on eight at a time. */
export function lanesFor(count: number): number {
  return Math.min(LANES, Math.ceil(count / 8) * 8);
}

/** Memory that is laid out first and made when all of it is. */
export interface Arena {
  /** The address of so many floats, all zeros. Address 0 is never given: it stands for nothing, such as no bias. */
  take(floats: number): number;
  /** Makes the memory. */
  make(): Promise<{ readonly kernels: Kernels; readonly floats: Float32Array }>;
}

/** Starts a layout. */
export function arena(): Arena {
  let size = 4;
  return {
    take(floats) {
      const at = size * 4;
      size += Math.ceil(floats / 4) * 4;
      return at;
    },
    async make() {
      const memory = new WebAssembly.Memory({ initial: Math.ceil((size * 4) / 65536) });
      return { kernels: await kernelsFor(memory), floats: new Float32Array(memory.buffer) };
    },
  };
}
