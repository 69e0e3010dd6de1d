import { useBackend } from "@latentkit/backends";
import { prepareEager } from "./eager.js";
import type { Runner } from "./runner.js";

/** TensorFlow.js on node, repaired by `useBackend`; a loop written by hand with the library's Adam. */
export const runner: Runner = {
  name: "LatentKit node",
  start: async () => (await useBackend("node")).device ?? "",
  prepare: prepareEager,
};
