import { UnsupportedError } from "@latentkit/core";
import { compileFirst } from "@latentkit/core/authoring";
import type { WasmBackend } from "./backend.js";
import { relaxed, simd } from "./kernels.generated.js";

/** The functions that `assembly/` exports: pointers and sizes as numbers. */
export type NativeFunction = (...args: number[]) => number;

/** The library's own WebAssembly kernels, at work in the memory of one backend. */
export interface NativeKernels {
  readonly run: Readonly<Record<string, NativeFunction>>;
  /** Working memory of at least this many bytes; its contents last until the next call. */
  scratch(bytes: number): number;
}

let compiled: WebAssembly.Module | undefined;
const instances = new WeakMap<WasmBackend, NativeKernels>();

/**
 * Compiles the kernels: with fused multiply-add where the engine has relaxed SIMD (Chromium 114, Node.js 22), which makes
 * products about a quarter faster.
 *
 * @throws UnsupportedError when the engine has no WebAssembly SIMD.
 */
export async function compileKernels(): Promise<void> {
  compiled ??= await compileFirst([relaxed, simd]);
  if (compiled !== undefined) return;
  throw new UnsupportedError(
    "useBackend: the wasm backend needs WebAssembly SIMD, which this engine lacks; update it, or take 'cpu'.",
  );
}

/** The kernels for a backend's memory. */
export function nativeKernels(backend: WasmBackend): NativeKernels {
  const known = instances.get(backend);
  if (known !== undefined) return known;
  const { memory } = backend.wasm.asm;
  if (compiled === undefined || memory === undefined) {
    throw new UnsupportedError(
      "useBackend: the wasm backend was started with threads before useBackend was called; call useBackend first.",
    );
  }
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  let [at, size] = [0, 0];
  const kernels: NativeKernels = {
    run: exports as Record<string, NativeFunction>,
    scratch(bytes) {
      if (bytes > size) {
        if (size > 0) backend.wasm._free(at);
        // Nothing is left when there is no room for more.
        size = 0;
        at = backend.wasm._malloc(bytes) >>> 0;
        size = bytes;
      }
      return at;
    },
  };
  instances.set(backend, kernels);
  return kernels;
}
