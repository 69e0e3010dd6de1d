import { useBackend } from "@latentkit/backends";
import { prepareEager } from "./eager.js";
import type { Runner } from "./runner.js";

/** TensorFlow.js on wasm, repaired by `useBackend`; a loop written by hand with the library's Adam. */
export const runner: Runner = {
  name: "LatentKit wasm",
  start: async () => (await useBackend("wasm")).device ?? "",
  prepare: prepareEager,
};
