import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { importsOf } from "../lib/imports.mjs";
import { inRoot } from "../lib/paths.mjs";
import { filesBelow, packages } from "../lib/workspace.mjs";

const BLOCKS = ["layers", "losses", "data", "metrics", "viz", "backends"];
const FAMILIES = ["autoencoders", "vae", "gan", "autoregressive"];

/** What the sources of each package may import of the others; the umbrella takes all. */
const ALLOWED = {
  core: [],
  training: ["core"],
  compile: ["core"],
  ...Object.fromEntries(BLOCKS.map((name) => [name, ["core"]])),
  ...Object.fromEntries(FAMILIES.map((name) => [name, ["core", "layers", "losses"]])),
  latentkit: ["core", "training", "compile", ...BLOCKS, ...FAMILIES],
};

/** Imports point in the one direction, are declared, and make no cycles. Returns what is wrong. */
export function dependencies() {
  return packages().flatMap((member) => {
    const short = member.folder.replace("packages/", "");
    const allowed = ALLOWED[short];
    if (allowed === undefined)
      return [`${member.folder}: give this package its place in scripts/gates/dependencies.mjs`];
    const graph = new Map();
    const problems = [];
    for (const path of filesBelow(`${member.folder}/src`, ".ts")) {
      const imports = importsOf(path, readFileSync(inRoot(path), "utf8"));
      problems.push(...imports.flatMap((found) => judge(path, found, member, allowed)));
      graph.set(path, imports.filter(({ name }) => name.startsWith(".")).map(target(path)));
    }
    return [...problems, ...cycles(graph)];
  });
}

export function judge(path, { name, line }, { name: self, manifest }, allowed) {
  if (name.startsWith(".") || name.startsWith("node:")) return [];
  const at = `${path}:${line}: imports '${name}'`;
  if (builtinModules.includes(name)) return [`${at}; write 'node:${name}'`];
  const wanted = packageOf(name);
  if (wanted === self) return [];
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  if (!Object.hasOwn(declared, wanted)) return [`${at}, which its package.json does not declare`];
  const sibling = /^@latentkit\/(.+)$/.exec(wanted)?.[1];
  if (sibling === undefined || allowed.includes(sibling)) return [];
  return [`${at}; ${self} may import only ${allowed.map((short) => `@latentkit/${short}`).join(", ") || "no sibling"}`];
}

const packageOf = (name) =>
  name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");

const target =
  (from) =>
  ({ name }) =>
    posix.join(posix.dirname(from), name).replace(/\.js$/, ".ts");

/** Every cycle of files that import each other, types included, found by depth-first search. */
export function cycles(graph) {
  const done = new Set();
  const found = [];
  const visit = (path, trail) => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`import cycle: ${[...trail.slice(start), path].join(" → ")}`);
    if (start >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}
