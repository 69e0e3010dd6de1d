import type { OnnxRuntimeModule } from "@latentkit/compile";
import * as tf from "@tensorflow/tfjs";
import { prepareCompiled } from "../runners/compiled.js";
import type { Runner } from "../runners/runner.js";

/** Where the server has the WebAssembly of onnxruntime-web. */
const WASM = "/node_modules/onnxruntime-web/dist/";

/** The step as one ONNX graph on WebAssembly. Threads need a page that is cross-origin isolated. */
export function onnxWeb(threads: number): Runner {
  let runtime: OnnxRuntimeModule;
  return {
    name: "LatentKit onnx",
    async start() {
      await tf.setBackend("cpu");
      runtime = (await import("onnxruntime-web")) as unknown as OnnxRuntimeModule;
      runtime.env.wasm.wasmPaths = WASM;
      return `onnxruntime-web ${runtime.env.versions.web}, wasm, ${threads} ${threads === 1 ? "thread" : "threads"}`;
    },
    prepare: (workload) => prepareCompiled(workload, { provider: "wasm", threads, runtime }),
  };
}
