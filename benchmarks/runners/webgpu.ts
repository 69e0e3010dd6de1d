import { useBackend } from "@latentkit/backends";
import { prepareEager } from "./eager.js";
import type { Runner } from "./runner.js";

/** TensorFlow.js on webgpu, repaired by `useBackend`; a loop written by hand with the library's Adam. */
export const runner: Runner = {
  name: "LatentKit webgpu",
  start: async () => (await useBackend("webgpu")).device ?? "",
  prepare: prepareEager,
};
