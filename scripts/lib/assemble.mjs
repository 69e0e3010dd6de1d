import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const BASE = [
  "index.ts",
  "--runtime",
  "stub",
  "--importMemory",
  "--initialMemory",
  "0",
  "--noAssert",
  "-O3",
  "--converge",
];
const VARIANTS = {
  simd: ["--enable", "simd"],
  relaxed: ["--enable", "simd", "--enable", "relaxed-simd"],
};

/**
 * Compiles a package's AssemblyScript and writes the binaries, base64, into one of its sources. With --check it only compares, and fails
 * when the file does not come from these sources.
 *
 * @param asc - The package's own compiler.
 * @param folder - The folder with `index.ts`, as `import.meta.url` of a file in it.
 * @param target - Path of the source below the package.
 */
export async function assemble(asc, folder, target) {
  const here = fileURLToPath(new URL(".", folder));
  const path = `${here}../${target}`;
  const lines = ["// Made by assembly/build.mjs from the sources beside it: edit those.", ""];
  for (const [name, options] of Object.entries(VARIANTS)) {
    lines.push(`export const ${name}: string =`, `  "${await compile(asc, here, options)}";`);
  }
  const text = `${lines.join("\n")}\n`;
  if (!process.argv.includes("--check")) await writeFile(path, text);
  else if ((await readFile(path, "utf8")) !== text) {
    console.error(`${target} is not what assembly/ compiles to: run \`pnpm build:wasm\` in its package.`);
    process.exitCode = 1;
  }
}

async function compile(asc, here, options) {
  let binary;
  const { error, stderr } = await asc.main([...BASE, ...options, "--outFile", "kernels.wasm"], {
    readFile: (name, directory) =>
      readFile(`${here}${directory === "." ? "" : directory}/${name}`, "utf8").catch(() => null),
    writeFile: (_, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  return Buffer.from(binary).toString("base64");
}
