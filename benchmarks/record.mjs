import { appendFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

/** Adds tables to RESULTS.md under a title of the day, this machine and what they ran in. */
export function record(text, host) {
  const title = `${new Date().toISOString().slice(0, 10)}: ${cpus()[0].model}, ${cpus().length} cores, ${host}`;
  appendFileSync(fileURLToPath(new URL("RESULTS.md", import.meta.url)), `\n## ${title}\n\n${text}`);
}
