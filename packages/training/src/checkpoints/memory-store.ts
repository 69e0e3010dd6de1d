import { CheckpointError } from "@latentkit/core";
import { checkpointLayout } from "@latentkit/core/authoring";
import type { CheckpointFiles, CheckpointStore } from "./store.js";

/** Keeps checkpoints in memory: for tests, and for pages that save them in their own way. */
export function memoryStore(): CheckpointStore {
  const checkpoints = new Map<string, CheckpointFiles>();
  return {
    location: "memory",
    list: async () => checkpointLayout.inOrder([...checkpoints.keys()]),
    async read(name) {
      const contents = checkpoints.get(name);
      if (contents === undefined) throw new CheckpointError(`memoryStore: there is no checkpoint '${name}'.`);
      return contents;
    },
    async write(name, contents) {
      checkpoints.set(name, contents);
    },
    async remove(name) {
      checkpoints.delete(name);
    },
  };
}
