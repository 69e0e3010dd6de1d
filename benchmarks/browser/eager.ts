import { useBackend } from "@latentkit/backends";
import { prepareEager } from "../runners/eager.js";
import type { Runner } from "../runners/runner.js";

/** Where the server has the files of TensorFlow.js's wasm backend. */
const WASM = "/node_modules/@tensorflow/tfjs-backend-wasm/dist/";

/** TensorFlow.js on wasm, repaired by `useBackend`: one thread everywhere. */
export const eagerWasm: Runner = {
  name: "LatentKit wasm",
  async start() {
    await useBackend("wasm", { wasmFolder: WASM });
    return "wasm, 1 thread";
  },
  prepare: prepareEager,
};
