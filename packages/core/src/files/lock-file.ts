import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { DataError } from "../errors.js";
import { printable } from "../printable.js";

interface Holder {
  readonly pid: number;
  readonly host: string;
}

/** Locks that this process holds, by path. */
const held = new Set<string>();

/** Takes a lock file; see `Files.lock`. */
export async function lockFile(target: string): Promise<() => Promise<void>> {
  const file = path.resolve(target);
  if (held.has(file))
    throw new DataError(`lock: ${shown(path.dirname(file))} is in use by another run of this process.`);
  held.add(file);
  try {
    await fs.mkdir(path.dirname(file), { recursive: true });
    await take(file);
  } catch (cause) {
    held.delete(file);
    if (cause instanceof DataError) throw cause;
    throw new DataError(`lock: could not write ${shown(file)}: ${(cause as Error).message}.`, { cause });
  }
  return async () => {
    held.delete(file);
    await fs.rm(file, { force: true });
  };
}

async function take(file: string): Promise<void> {
  const mine: Holder = { pid: process.pid, host: os.hostname() };
  // Twice: the second time after the file of a dead process is gone. Who comes second then finds a living holder.
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await fs.writeFile(file, JSON.stringify(mine), { flag: "wx" });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt > 0) throw error;
    }
    const holder = await read(file);
    if (holder !== undefined && isAlive(holder, mine)) {
      throw new DataError(
        `lock: ${shown(path.dirname(file))} is in use by process ${holder.pid} on ${shown(holder.host)}; wait until it ends, or remove ${shown(file)} when it has.`,
      );
    }
    await fs.rm(file, { force: true });
  }
}

/** Who holds a lock; nothing for a file that was never finished. */
async function read(file: string): Promise<Holder | undefined> {
  try {
    const { pid, host } = JSON.parse(await fs.readFile(file, "utf8")) as Partial<Holder>;
    return Number.isSafeInteger(pid) && typeof host === "string" ? { pid: pid as number, host } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host }: Holder, mine: Holder): boolean {
  if (host !== mine.host) return true;
  // Numbers come again, as in a container that was started anew: locks of this process are known.
  if (pid === mine.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const shown = (text: string): string => printable(text, 1000);
