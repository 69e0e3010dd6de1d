import type { Callback, HistoryRow } from "@latentkit/core";
import { files } from "@latentkit/core/files";

/**
 * Writes the history as one JSON object a line, for other programs to read. The file is always whole: it is written anew
 * under a temporary name and renamed, at most once every `every` steps. A resumed run writes the rows of its first part
 * too, from the checkpoint's history.
 *
 * @param path - The file, in Node.js.
 * @param options - `every`: steps between two writes; default 100.
 * @example
 * ```ts
 * import { jsonLines } from "@latentkit/training";
 * const callbacks = [jsonLines("runs/first/history.jsonl")];
 * ```
 */
export function jsonLines(path: string, options: { readonly every?: number } = {}): Callback {
  const write = (history: readonly HistoryRow[]): Promise<void> =>
    files.writeBytes(path, new TextEncoder().encode(history.map((row) => `${JSON.stringify(row)}\n`).join("")));
  return {
    name: `jsonLines ${path}`,
    every: options.every ?? 100,
    onStep: ({ history }) => write(history),
    onEnd: ({ history }) => write(history),
  };
}
