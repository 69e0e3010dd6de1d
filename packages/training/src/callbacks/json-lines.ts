import type { Callback, HistoryRow } from "@latentkit/core";
import { check, integer, resolveOptions } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";

/** Options of {@link jsonLines}. */
export interface JsonLinesOptions {
  /** Steps between two writes. Default 100. */
  readonly every?: number;
}

/**
 * Writes the history as one JSON object a line, for other programs to read. New rows are added to the file's end; it is written anew
 * when a run begins, so that a resumed run's file holds the rows of its first part too, from the checkpoint's history, and nothing half
 * written. Values that are not finite are `null`, as JSON has them.
 *
 * @param path - The file, in Node.js. Whether it can be written is found out before the first step.
 * @throws ConfigError for a path that is no text and for misspelt options; DataError, before step 1, for a file that cannot be written.
 * @example
 * ```ts
 * import { jsonLines } from "@latentkit/training";
 * const callbacks = [jsonLines("runs/first/history.jsonl")];
 * ```
 */
export function jsonLines(path: string, options: JsonLinesOptions = {}): Callback {
  const checks = check("jsonLines");
  checks.that("path", path, typeof path === "string" && path !== "", "the path of a file");
  const { every } = resolveOptions("jsonLines", { every: integer({ min: 1, default: 100 }) }, options);
  const line = (row: HistoryRow): string => `${JSON.stringify(row)}\n`;
  const encode = (rows: readonly HistoryRow[]): Uint8Array => new TextEncoder().encode(rows.map(line).join(""));
  let written = 0;
  let last: string | undefined;
  const write = async (history: readonly HistoryRow[], anew: boolean): Promise<void> => {
    // The newest row takes values in until the run is a step further.
    const changed = written > history.length || (written > 0 && line(history[written - 1]!) !== last);
    if (anew || changed) await files.writeBytes(path, encode(history));
    else if (history.length > written) await files.appendBytes(path, encode(history.slice(written)));
    written = history.length;
    last = written > 0 ? line(history[written - 1]!) : undefined;
  };
  return {
    name: `jsonLines ${path}`,
    every,
    onStart: ({ history }) => write(history, true),
    onStep: ({ history }) => write(history, false),
    onEnd: ({ history }) => write(history, false),
  };
}
