import { UnsupportedError } from "../errors.js";
import { fetchBytes, joinUrl } from "./fetch-bytes.js";
import type { Files } from "./types.js";

export type { Files, FolderEntry, ReadOptions } from "./types.js";

const refuse = (what: string): never => {
  throw new UnsupportedError(
    `${what}: a browser has no folders; keep the bytes with a memory store, or offer them as a download.`,
  );
};

/** Files of a browser: addresses can be read, nothing can be written. */
export const files: Files = {
  readBytes: (pathOrUrl, options) => fetchBytes(new URL(pathOrUrl, globalThis.location?.href).href, options),
  writeBytes: async () => refuse("writeBytes"),
  writeFolder: async () => refuse("writeFolder"),
  appendBytes: async () => refuse("appendBytes"),
  lock: async () => refuse("lock"),
  listFolder: async () => refuse("listFolder"),
  folderEntries: async () => refuse("folderEntries"),
  stamp: async () => refuse("stamp"),
  remove: async () => refuse("remove"),
  join: (...parts) => joinUrl(parts),
  environment: () => undefined,
  cacheFolder: () => "latentkit",
};
