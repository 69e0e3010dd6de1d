import { existsSync, readdirSync, readFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";

/** Reads a JSON file below the root. */
export const readJson = (path) => JSON.parse(readFileSync(inRoot(path), "utf8"));

/** The workspace's members: `folder` below the root, `name`, `manifest`; packages first, each group sorted. */
export function members() {
  const folders = ["packages", "examples"].flatMap((group) => subfolders(group).map((name) => `${group}/${name}`));
  return [...folders, "benchmarks"]
    .filter((folder) => existsSync(inRoot(folder, "package.json")))
    .map((folder) => {
      const manifest = readJson(`${folder}/package.json`);
      return { folder, name: manifest.name, manifest };
    });
}

/** The members that are published. */
export const packages = () => members().filter(({ folder }) => folder.startsWith("packages/"));

/** Names of the folders in a folder below the root; none when it is absent. */
export function subfolders(folder) {
  if (!existsSync(inRoot(folder))) return [];
  return readdirSync(inRoot(folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
    .map((entry) => entry.name)
    .sort();
}

/** Paths, below the root, of the files under a folder whose names end in `suffix`; build outputs left out. */
export function filesBelow(folder, suffix) {
  if (!existsSync(inRoot(folder))) return [];
  return readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) =>
      `${entry.parentPath}/${entry.name}`.replaceAll("\\", "/").slice(inRoot().replaceAll("\\", "/").length),
    )
    .filter((path) => !/(^|\/)(node_modules|dist|runs)\//.test(path))
    .sort();
}
