import { compileFirst } from "@latentkit/core/authoring";
import { relaxed, simd } from "./kernels.generated.js";

/** What is computed at a place, on addresses in bytes: see `assembly/index.ts`. */
export interface Kernels {
  start(y: number, bias: number, channels: number, lanes: number): void;
  product(y: number, x: number, w: number, inputs: number, outputs: number, stride: number, lanes: number): void;
  relu(y: number, x: number, size: number): void;
  add(y: number, a: number, b: number, size: number): void;
}

/** Null where the engine has none of the instructions. */
let compiled: WebAssembly.Module | null | undefined;

/** The kernels for a memory: WebAssembly with SIMD where the engine has it, typed arrays otherwise. */
export async function kernelsFor(memory: WebAssembly.Memory): Promise<Kernels> {
  if (compiled === undefined) compiled = (await compileFirst([relaxed, simd])) ?? null;
  if (compiled === null) return plainKernels(memory.buffer);
  const { exports } = await WebAssembly.instantiate(compiled, { env: { memory } });
  // Exports are whatever `assembly/index.ts` says.
  return exports as unknown as Kernels;
}

/** The same, over a typed array. */
export function plainKernels(memory: ArrayBufferLike): Kernels {
  const f = new Float32Array(memory);
  return {
    start(y, bias, channels, lanes) {
      for (let o = 0; o < channels; o++)
        f.fill(bias === 0 ? 0 : f[bias / 4 + o]!, y / 4 + o * lanes, y / 4 + (o + 1) * lanes);
    },
    product(y, x, w, inputs, outputs, stride, lanes) {
      for (let o = 0; o < outputs; o++) {
        const to = y / 4 + o * lanes;
        for (let i = 0; i < inputs; i++) {
          const [weight, from] = [f[w / 4 + i * stride + o]!, x / 4 + i * lanes];
          for (let lane = 0; lane < lanes; lane++) f[to + lane]! += weight * f[from + lane]!;
        }
      }
    },
    relu(y, x, size) {
      for (let i = 0; i < size; i++) f[y / 4 + i] = Math.max(0, f[x / 4 + i]!);
    },
    add(y, a, b, size) {
      for (let i = 0; i < size; i++) f[y / 4 + i] = f[a / 4 + i]! + f[b / 4 + i]!;
    },
  };
}
