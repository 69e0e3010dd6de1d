import { CheckpointError } from "@latentkit/core";
import { check, checkpointLayout } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import type { CheckpointFiles, CheckpointStore } from "./store.js";

const LEFTOVER = /^\.step-.*\.tmp$/;

/**
 * Keeps checkpoints as folders within a folder of the file system. A checkpoint is written under a temporary name,
 * flushed to the disk and renamed, so that a process killed at any moment leaves whole checkpoints only.
 *
 * @throws UnsupportedError when used in a browser: use {@link indexedDbStore} there.
 */
export function folderStore(folder: string): CheckpointStore {
  const isPath = typeof folder === "string" && folder !== "";
  check("folderStore").that("folder", folder, isPath, "the path of a folder");
  return {
    location: folder,
    async list() {
      return checkpointLayout.inOrder((await files.listFolder(folder)).filter(checkpointLayout.isName));
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
    append: (at, bytes) => files.appendBytes(files.join(folder, checkpointLayout.history), bytes, at),
    appended: () => files.readBytes(files.join(folder, checkpointLayout.history)),
    async lock() {
      let release: () => Promise<void>;
      try {
        release = await files.lock(files.join(folder, ".lock"));
      } catch (cause) {
        throw new CheckpointError(`folderStore: ${(cause as Error).message}`, { cause });
      }
      // Only who holds the lock writes here, so what is half written is what a killed process left behind.
      for (const name of await files.listFolder(folder)) {
        if (LEFTOVER.test(name)) await files.remove(files.join(folder, name));
      }
      return release;
    },
  };
}
