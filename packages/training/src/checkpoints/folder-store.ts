import { CheckpointError } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import type { CheckpointFiles, CheckpointStore } from "./store.js";

const NAME = /^step-\d+$/;
const LEFTOVER = /^\.step-.*\.tmp$/;

/**
 * Keeps checkpoints as folders within a folder of the file system. A checkpoint is written under a temporary name,
 * flushed to the disk and renamed, so that a process killed at any moment leaves whole checkpoints only.
 *
 * @throws UnsupportedError when used in a browser: use {@link indexedDbStore} there.
 */
export function folderStore(folder: string): CheckpointStore {
  return {
    location: folder,
    async list() {
      const names = await files.listFolder(folder);
      // What a killed process left behind is of no use to anybody.
      for (const name of names) if (LEFTOVER.test(name)) await files.remove(files.join(folder, name));
      return names.filter((name) => NAME.test(name));
    },
    async read(name) {
      const path = files.join(folder, name);
      const names = await files.listFolder(path);
      if (names.length === 0) throw new CheckpointError(`folderStore: ${path} is empty or absent.`);
      const contents: Record<string, Uint8Array> = {};
      for (const file of names) contents[file] = await files.readBytes(files.join(path, file));
      return contents satisfies CheckpointFiles;
    },
    write: (name, contents) => files.writeFolder(files.join(folder, name), contents),
    remove: (name) => files.remove(files.join(folder, name)),
  };
}
