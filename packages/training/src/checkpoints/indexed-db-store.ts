import { CheckpointError, UnsupportedError } from "@latentkit/core";
import { checkpointLayout } from "@latentkit/core/authoring";
import type { CheckpointFiles, CheckpointStore } from "./store.js";

const TABLE = "checkpoints";

/**
 * Keeps checkpoints in a browser's IndexedDB, where they survive a reload. Each is written in one transaction.
 *
 * @param database - Name of the database: one per run.
 * @throws UnsupportedError where there is no IndexedDB: use {@link folderStore} in Node.js.
 */
export function indexedDbStore(database: string): CheckpointStore {
  if (typeof indexedDB === "undefined") {
    throw new UnsupportedError("indexedDbStore: this platform has no IndexedDB; use folderStore(path) in Node.js.");
  }
  const run = async <T>(mode: IDBTransactionMode, body: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const opening = indexedDB.open(database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
    const opened = await settled(opening);
    try {
      const transaction = opened.transaction(TABLE, mode, { durability: "strict" });
      const done = new Promise<void>((resolve, reject) => {
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error);
      });
      const result = await settled(body(transaction.objectStore(TABLE)));
      await done;
      return result;
    } catch (cause) {
      throw new CheckpointError(`indexedDbStore: '${database}' could not be used: ${(cause as Error)?.message}.`, {
        cause,
      });
    } finally {
      opened.close();
    }
  };
  return {
    location: `IndexedDB '${database}'`,
    list: async () => checkpointLayout.inOrder((await run("readonly", (table) => table.getAllKeys())).map(String)),
    async read(name) {
      const contents = await run<CheckpointFiles | undefined>("readonly", (table) => table.get(name));
      if (contents === undefined) throw new CheckpointError(`indexedDbStore: there is no checkpoint '${name}'.`);
      return contents;
    },
    async write(name, contents) {
      await run("readwrite", (table) => table.put(contents, name));
    },
    async remove(name) {
      await run("readwrite", (table) => table.delete(name));
    },
  };
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
