import { UnsupportedError } from "@latentkit/core";
import { type Checker, inNode } from "@latentkit/core/authoring";
import { messageAtEnd } from "./end-of-outputs.js";
import type { OnnxRuntimeModule } from "./module.js";

/** Where a compiled step runs. */
export type OnnxProvider = "auto" | "cpu" | "webgpu" | "cuda" | "wasm";

/** A loaded ONNX Runtime and the provider picked for it. */
export interface Runtime {
  readonly ort: OnnxRuntimeModule;
  readonly provider: Exclude<OnnxProvider, "auto">;
  readonly threads: number | undefined;
  /** True for onnxruntime-node, whose tensors are views of JavaScript's own memory. */
  readonly native: boolean;
  /** True when weights stay in a device's memory between updates: onnxruntime-node cannot leave tensors there. */
  readonly onDevice: boolean;
  /** What ends a run whose outputs are not to be copied, see {@link messageAtEnd}; undefined where none are. */
  readonly messageAtEnd: string | undefined;
}

export const PROVIDERS: readonly OnnxProvider[] = ["auto", "cpu", "webgpu", "cuda", "wasm"];

/** How to load ONNX Runtime. */
export interface RuntimeOptions {
  readonly provider: OnnxProvider;
  readonly threads: number | undefined;
  readonly runtime: OnnxRuntimeModule | undefined;
}

/**
 * Loads ONNX Runtime: `onnxruntime-node` in Node, `onnxruntime-web` elsewhere, unless a module is given.
 *
 * @throws UnsupportedError when the package is not installed or does not load.
 */
export async function loadRuntime(options: RuntimeOptions): Promise<Runtime> {
  const native = inNode() && options.provider !== "wasm";
  const provider = options.provider === "auto" ? (native ? "cpu" : "wasm") : options.provider;
  const ort = options.runtime ?? (await importRuntime(native));
  if (!native && options.threads !== undefined && ort.env?.wasm !== undefined)
    ort.env.wasm.numThreads = options.threads;
  return {
    ort,
    provider,
    threads: options.threads,
    native,
    onDevice: !native && provider === "webgpu",
    messageAtEnd: native ? await messageAtEnd(ort) : undefined,
  };
}

async function importRuntime(native: boolean): Promise<OnnxRuntimeModule> {
  // Not a literal, so that bundlers for browsers do not look for the native package.
  const name = native ? "onnxruntime-node" : "onnxruntime-web";
  try {
    const module = native
      ? await import(/* @vite-ignore */ /* webpackIgnore: true */ name)
      : await import("onnxruntime-web");
    return (module.InferenceSession === undefined ? module.default : module) as OnnxRuntimeModule;
  } catch (cause) {
    throw new UnsupportedError(`onnx: '${name}' did not load; install it: npm install ${name} --ignore-scripts.`, {
      cause,
    });
  }
}

/** Checks the options that {@link loadRuntime} takes. */
export function checkRuntimeOptions(checker: Checker, { provider, threads, runtime }: RuntimeOptions): void {
  checker.oneOf("provider", provider, PROVIDERS);
  if (threads !== undefined) checker.integer("threads", threads, { min: 1 });
  if (runtime === undefined) return;
  const complete = typeof runtime?.InferenceSession?.create === "function" && typeof runtime.Tensor === "function";
  checker.that("runtime", runtime, complete, "the module of onnxruntime-node or onnxruntime-web");
}
