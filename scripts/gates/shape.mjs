import { readFileSync } from "node:fs";
import { inRoot } from "../lib/paths.mjs";
import { filesBelow, packages } from "../lib/workspace.mjs";

/** Lines of a file: two screens, since more hides more than one idea; tables of cases may be twice as long. */
const LONGEST = 250;
const LONGEST_TEST = 500;

/** Files stay short, and barrels name what they export. Returns what is wrong. */
export function shape() {
  const files = ["packages", "examples", "scripts", "benchmarks"].flatMap((folder) =>
    [".ts", ".mjs"].flatMap((suffix) => filesBelow(folder, suffix)),
  );
  return [...files.flatMap(tooLong), ...packages().flatMap(({ folder }) => unnamed(folder))];
}

function tooLong(path) {
  if (path.includes(".generated.")) return [];
  const lines = readFileSync(inRoot(path), "utf8").split("\n").length - 1;
  const most = /\/(test|conformance)\//.test(path) ? LONGEST_TEST : LONGEST;
  return lines > most ? [`${path}: ${lines} lines; split it, at most ${most}`] : [];
}

/** The umbrella passes everything on; elsewhere a name that nobody wrote into the barrel is not public. */
function unnamed(folder) {
  if (folder === "packages/latentkit") return [];
  return filesBelow(`${folder}/src`, ".ts")
    .filter((path) => /^export (type )?\*/m.test(readFileSync(inRoot(path), "utf8")))
    .map((path) => `${path}: name what is exported instead of 'export *'`);
}
