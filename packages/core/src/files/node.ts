import { randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { DataError } from "../errors.js";
import { printable } from "../printable.js";
import { checkPath } from "./check-path.js";
import { fetchBytes, isUrl, joinUrl } from "./fetch-bytes.js";
import { lockFile } from "./lock-file.js";
import type { Files } from "./types.js";

export type { Files, FolderEntry, ReadOptions } from "./types.js";

/** Files of Node.js. */
export const files: Files = {
  async readBytes(pathOrUrl, options = {}) {
    checkPath("readBytes", pathOrUrl);
    if (isUrl(pathOrUrl)) return fetchBytes(pathOrUrl, options);
    const file = pathOrUrl.startsWith("file:") ? fileURLToPath(pathOrUrl) : pathOrUrl;
    try {
      // A pipe or a device would wait for ever, or never end.
      const stats = await fs.stat(file);
      if (!stats.isFile() && !stats.isDirectory()) throw new Error("it is a pipe or a device, not a file");
      const { maxBytes = Number.POSITIVE_INFINITY } = options;
      if (stats.size > maxBytes)
        throw new Error(`it has ${stats.size} bytes, expected at most \`maxBytes\` ${maxBytes}`);
      return new Uint8Array(await fs.readFile(file, { signal: options.signal }));
    } catch (cause) {
      throw refusal("readBytes", "read", file, cause);
    }
  },
  async writeBytes(target, bytes) {
    checkPath("writeBytes", target);
    const folder = path.dirname(target);
    const temporary = path.join(folder, `.${path.basename(target)}.${randomUUID()}.tmp`);
    try {
      await fs.mkdir(folder, { recursive: true });
      await writeFlushed(temporary, bytes);
      await fs.rename(temporary, target);
    } catch (error) {
      await fs.rm(temporary, { force: true }).catch(() => undefined);
      throw refusal("writeBytes", "write", target, error);
    }
    await flushFolder(folder);
  },
  async writeFolder(target, contents) {
    checkPath("writeFolder", target);
    const parent = path.dirname(target);
    const temporary = path.join(parent, `.${path.basename(target)}.${randomUUID()}.tmp`);
    try {
      await fs.mkdir(temporary, { recursive: true });
      for (const [name, bytes] of Object.entries(contents)) await writeFlushed(path.join(temporary, name), bytes);
      await flushFolder(temporary);
      await fs.rm(target, { recursive: true, force: true });
      await fs.rename(temporary, target);
    } catch (error) {
      await fs.rm(temporary, { recursive: true, force: true }).catch(() => undefined);
      throw refusal("writeFolder", "write", target, error);
    }
    await flushFolder(parent);
  },
  async appendBytes(target, bytes, at) {
    checkPath("appendBytes", target);
    try {
      await fs.mkdir(path.dirname(target), { recursive: true });
      if (at === undefined) await fs.appendFile(target, bytes);
      else await writeFrom(target, bytes, at);
    } catch (cause) {
      throw refusal("appendBytes", "write", target, cause);
    }
  },
  lock: lockFile,
  async listFolder(folder) {
    checkPath("listFolder", folder);
    try {
      return (await fs.readdir(folder)).sort();
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw refusal("listFolder", "list", folder, cause);
    }
  },
  async folderEntries(folder) {
    try {
      const entries = await fs.readdir(folder, { withFileTypes: true });
      const kinds = await Promise.all(
        entries.map(async (entry) => {
          const what = entry.isSymbolicLink()
            ? await fs.stat(path.join(folder, entry.name)).catch(() => undefined)
            : entry;
          const kind = what?.isFile() ? "file" : what?.isDirectory() ? "folder" : "other";
          return { name: entry.name, kind } as const;
        }),
      );
      return kinds.sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw refusal("folderEntries", "list", folder, cause);
    }
  },
  async stamp(target) {
    checkPath("stamp", target);
    try {
      const { size, mtimeMs } = await fs.stat(target);
      return `${size} bytes of ${mtimeMs}`;
    } catch (cause) {
      throw refusal("stamp", "look at", target, cause);
    }
  },
  async remove(target) {
    await fs.rm(target, { recursive: true, force: true });
  },
  join: (...parts) => (isUrl(parts[0] ?? "") ? joinUrl(parts) : path.join(...parts)),
  environment: (name) => process.env[name],
  cacheFolder: () => path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "latentkit"),
};

function refusal(owner: string, action: string, target: string, cause: unknown): DataError {
  return new DataError(
    `${owner}: could not ${action} ${printable(path.resolve(target), 1000)}: ${(cause as Error).message}.`,
    {
      cause,
    },
  );
}

async function writeFlushed(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await fs.open(file, "w");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeFrom(file: string, bytes: Uint8Array, at: number): Promise<void> {
  const handle = await fs.open(file, at === 0 ? "w" : "r+");
  try {
    const { size } = await handle.stat();
    if (size < at) throw new Error(`it has ${size} bytes, expected ${at} or more`);
    await handle.truncate(at);
    await handle.write(bytes, 0, bytes.length, at);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename is durable once its folder is; Windows has no such call and needs none. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
