import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { camelCase, FAMILIES, pascalCase } from "./families.mjs";
import { inRoot } from "./paths.mjs";

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Writes the files of a new model: source, test, page, changeset and the line in the barrel; all of them or none.
 *
 * @param folder - The repository's root.
 * @returns Paths of what was written, below the root.
 * @throws When the family is unknown, the name ill-formed, or a file is there already.
 */
export function scaffold(folder, family, name) {
  const known = FAMILIES.filter(
    (candidate) =>
      existsSync(join(folder, "packages", candidate, "src")) &&
      existsSync(inRoot("scripts", "templates", `${candidate}.ts.txt`)),
  );
  if (!known.includes(family)) {
    throw new Error(`new-model: expected a family, one of ${known.join(", ")}; received ${family ?? "nothing"}.`);
  }
  if (!NAME.test(name ?? "")) {
    throw new Error(
      `new-model: expected a name in kebab-case, such as sparse-autoencoder; received ${name ?? "nothing"}.`,
    );
  }
  const base = `packages/${family}`;
  const files = {
    [`${base}/src/${name}.ts`]: `${family}.ts`,
    [`${base}/test/${name}.test.ts`]: `${family}.test.ts`,
    [`${base}/docs/${name}.md`]: "model.md",
    [`.changeset/add-${name}.md`]: "changeset.md",
  };
  const taken = Object.keys(files).filter((path) => existsSync(join(folder, path)));
  if (taken.length > 0) throw new Error(`new-model: ${taken.join(" and ")} exists already; choose another name.`);

  const barrel = `${base}/src/index.ts`;
  const contents = Object.entries(files).map(([path, template]) => [path, fill(template, family, name)]);
  contents.push([barrel, withLine(readFileSync(join(folder, barrel), "utf8"), name)]);
  for (const [path, text] of contents) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return contents.map(([path]) => path);
}

function fill(template, family, name) {
  const words = name.replaceAll("-", " ");
  const values = {
    family,
    name,
    camel: camelCase(name),
    pascal: pascalCase(name),
    title: words[0].toUpperCase() + words.slice(1),
  };
  const text = readFileSync(inRoot("scripts", "templates", `${template}.txt`), "utf8");
  return text.replace(/\{\{(\w+)\}\}/g, (_, key) => values[key]);
}

/** The barrel with one more statement, in order of the paths. */
function withLine(barrel, name) {
  const statements = barrel.split(/(?<=;)\n/).filter((text) => text !== "" && text !== "export {};");
  const path = (text) => /from "(.+)\.js";$/.exec(text)?.[1] ?? "";
  const at = statements.findIndex((text) => path(text) > `./${name}`);
  statements.splice(
    at < 0 ? statements.length : at,
    0,
    `export { type ${pascalCase(name)}Options, ${camelCase(name)} } from "./${name}.js";`,
  );
  return `${statements.join("\n")}\n`;
}
