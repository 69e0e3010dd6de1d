import { existsSync, readFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";
import { filesBelow } from "./workspace.mjs";

const OPENING = /^\s*(?:\* )?```ts(?<flags>( [\w-]+)*)\s*$/;
const CLOSING = /^\s*(?:\* )?```\s*$/;
const FLAGS = ["no-run"];

/** Where runnable examples are written: docstrings of the packages, guides, pages and READMEs. */
function sources() {
  const documents = ["packages", "examples", "docs"].flatMap((folder) => filesBelow(folder, ".md"));
  const code = filesBelow("packages", ".ts").filter((path) => /^packages\/[^/]+\/src\//.test(path));
  return ["README.md", "CONTRIBUTING.md", ...documents, ...code].filter(
    (path) => existsSync(inRoot(path)) && !path.endsWith("CHANGELOG.md"),
  );
}

/**
 * Collects the fenced `ts` blocks of the project. Each is a whole program.
 *
 * @param under - Only files whose path begins so.
 * @returns Blocks with `path`, `line` of the first line of code, `code`, and `run`: false for blocks marked `no-run`.
 */
export function collectExamples(under = "") {
  return sources()
    .filter((path) => path.startsWith(under))
    .flatMap((path) => examplesIn(path, readFileSync(inRoot(path), "utf8")));
}

/** The blocks of one file; in TypeScript only those inside docstrings count. */
export function examplesIn(path, text) {
  const examples = [];
  const strip = path.endsWith(".ts") ? (line) => line.replace(/^\s*\* ?/, "") : (line) => line;
  let open;
  for (const [index, line] of text.split("\n").entries()) {
    if (open === undefined) {
      const flags = OPENING.exec(line)?.groups.flags.split(" ").filter(Boolean);
      if (flags === undefined) continue;
      const unknown = flags.find((flag) => !FLAGS.includes(flag));
      if (unknown) throw new Error(`${path}:${index + 1}: unknown flag '${unknown}' of an example; there is ${FLAGS}.`);
      open = { path, line: index + 2, lines: [], run: !flags.includes("no-run") };
    } else if (CLOSING.test(line)) {
      const { lines, ...example } = open;
      examples.push({ ...example, code: lines.join("\n") });
      open = undefined;
    } else {
      open.lines.push(strip(line));
    }
  }
  if (open) throw new Error(`${path}:${open.line - 1}: this example has no closing fence.`);
  return examples;
}
