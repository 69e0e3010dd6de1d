import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inRoot } from "./paths.mjs";
import { packages } from "./workspace.mjs";

/**
 * A project folder as `npm install latentkit @tensorflow/tfjs` leaves it: what the built packages publish, copied, and their dependencies
 * beside them. Tools treat linked packages otherwise than installed ones, so these are not links.
 *
 * @param folder - Where; what was there goes.
 * @param files - Text by path within the project.
 */
export function installedProject(folder, files) {
  rmSync(folder, { recursive: true, force: true });
  const modules = join(folder, "node_modules");
  for (const { folder: member, manifest } of packages()) {
    const from = inRoot(member);
    const to = join(modules, manifest.name);
    mkdirSync(to, { recursive: true });
    for (const part of ["package.json", ...manifest.files]) {
      if (existsSync(join(from, part))) cpSync(join(from, part), join(to, part), { recursive: true });
    }
    link(from, [...Object.keys(manifest.dependencies ?? {}), "@tensorflow/tfjs"], modules);
  }
  writeFileSync(
    join(folder, "package.json"),
    `${JSON.stringify({ name: "project", private: true, type: "module" })}\n`,
  );
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Links dependencies of a package that are not the project's own. */
function link(from, names, modules) {
  for (const name of names) {
    const [source, target] = [join(from, "node_modules", name), join(modules, name)];
    if (name.startsWith("@latentkit/") || existsSync(target) || !existsSync(source)) continue;
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(realpathSync(source), target);
  }
}

/** The first program of a page. */
export function programOf(page) {
  const program = /```ts\n([\s\S]*?)```/.exec(readFileSync(inRoot(page), "utf8"))?.[1];
  if (program === undefined) throw new Error(`${page} has no program`);
  return program;
}
