import { existsSync, readFileSync } from "node:fs";
import { camelCase, FAMILIES, PLACEHOLDER } from "../lib/families.mjs";
import { inRoot } from "../lib/paths.mjs";
import { filesBelow } from "../lib/workspace.mjs";

const read = (path) => (existsSync(inRoot(path)) ? readFileSync(inRoot(path), "utf8") : "");

/** Every model of a family has all that `pnpm new-model` writes, and nothing of it is left unwritten. */
export function models() {
  const families = FAMILIES.map((family) => `packages/${family}`).filter((folder) => existsSync(inRoot(folder)));
  return families.flatMap((folder) => [
    ...barrelOrder(folder),
    ...filesBelow(`${folder}/src`, ".ts")
      .filter((path) => path.split("/").length === 4)
      .map((path) => path.split("/").at(-1).replace(".ts", ""))
      .filter((name) => isModel(name, read(`${folder}/src/${name}.ts`)))
      .flatMap((name) => incomplete(folder, name)),
  ]);
}

/** A model is a file with a factory of the file's name: of a kind, or of one that takes options; others are helpers. */
function isModel(name, text) {
  const factory = camelCase(name);
  const kind = new RegExp(`^export const ${factory}: ModelFactory<`, "m");
  return kind.test(text) || new RegExp(`^export function ${factory}(<.*>)?\\(\\s*options\\b`, "m").test(text);
}

function incomplete(folder, name) {
  const needed = [`${folder}/src/${name}.ts`, `${folder}/test/${name}.test.ts`, `${folder}/docs/${name}.md`];
  const missing = needed.filter((path) => !existsSync(inRoot(path))).map((path) => `${path} is missing`);
  const unwritten = needed
    .filter((path) => read(path).includes(PLACEHOLDER))
    .map((path) => `${path} has parts ${PLACEHOLDER}`);
  const problems = [...missing, ...unwritten];
  if (!read(`${folder}/src/index.ts`).includes(`from "./${name}.js"`)) {
    problems.push(`${folder}/src/index.ts does not export ./${name}.js; helpers belong in src/internal/`);
  }
  problems.push(...undocumented(`${folder}/src/${name}.ts`, camelCase(name)));
  if (!announced(folder, name))
    problems.push(`${folder}: no changeset mentions \`${camelCase(name)}\`; run \`pnpm changeset\``);
  return problems;
}

/** What every model's docstring has: a formula on a line of its own, shapes, units, the source, errors and an example. */
const PARTS = {
  "a formula": /^ \* {5}\S|[=‖Σ∑]|−log|E\[|L\(/m,
  "**Shapes**": /\*\*Shapes\*\*/,
  "**Units**": /\*\*Units\*\*/,
  "**Source**": /\*\*Source\*\*/,
  "@throws": /^ \* @throws /m,
  "@example": /^ \* @example/m,
};

function undocumented(path, factory) {
  const text = read(path);
  const end = text.search(new RegExp(`^export (const|function) ${factory}\\b`, "m"));
  const docstring = text.slice(text.lastIndexOf("/**", end), end);
  return Object.entries(PARTS)
    .filter(([, part]) => !part.test(docstring))
    .map(([part]) => `${path}: the docstring of \`${factory}\` has no ${part}`);
}

/** Said in a changeset, or in the changelog once it was released. */
function announced(folder, name) {
  const texts = [...filesBelow(".changeset", ".md"), `${folder}/CHANGELOG.md`].map(read);
  return texts.some((text) => text.includes(camelCase(name)));
}

function barrelOrder(folder) {
  const names = [...read(`${folder}/src/index.ts`).matchAll(/from "\.\/(.+)\.js"/g)].map((match) => match[1]);
  const sorted = names.toSorted();
  const at = names.findIndex((name, i) => name !== sorted[i]);
  return at < 0
    ? []
    : [`${folder}/src/index.ts: expected ./${sorted[at]}.js before ./${names[at]}.js; keep the lines sorted`];
}
