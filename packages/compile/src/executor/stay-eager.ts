import { inNode } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { OnnxProvider } from "../runtime/load.js";

/** Where a run takes place. */
export interface Surroundings {
  readonly node: boolean;
  /** Whether a page may have threads. */
  readonly isolated: boolean;
  readonly backend: string;
  /** Whether that backend trains convolutions, as `wasm` of `@latentkit/backends` does and TensorFlow.js's own does not. */
  readonly complete: boolean;
}

/**
 * Why a run that leaves the provider open is better left eager, or nothing. ONNX Runtime's products of matrices on
 * WebAssembly take about twice as long as those of `@latentkit/backends`; threads make up for that, where a page has them.
 */
export function reasonToStayEager(
  provider: OnnxProvider,
  threads: number | undefined,
  { node, isolated, backend, complete }: Surroundings = surroundings(),
): string | undefined {
  const threaded = isolated && threads !== 1;
  if (provider !== "auto" || node || threaded || backend !== "wasm" || !complete) return undefined;
  return 'with one thread the wasm backend is faster; serve the page cross-origin isolated, or ask for provider: "wasm"';
}

function surroundings(): Surroundings {
  const backend = tf.getBackend();
  return {
    node: inNode(),
    isolated: (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true,
    backend,
    complete: tf.getKernel("Conv2DBackpropFilter", backend) !== undefined,
  };
}
