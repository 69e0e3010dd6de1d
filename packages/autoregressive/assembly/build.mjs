// Compiles the kernels and writes them into src/internal/sampling/kernels.generated.ts: `pnpm build:wasm`. With --check it only
// compares, and fails when the file does not come from these sources.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = `${here}../src/internal/sampling/kernels.generated.ts`;
const base = ["index.ts", "--runtime", "stub", "--importMemory", "--initialMemory", "0", "--noAssert", "-O3", "--converge", "--enable", "simd"];
const variants = {
  simd: [],
  relaxed: ["--enable", "relaxed-simd"],
};

async function compile(options) {
  let binary;
  const { error, stderr } = await asc.main([...base, ...options, "--outFile", "kernels.wasm"], {
    readFile: (name, directory) => readFile(`${here}${directory === "." ? "" : directory}/${name}`, "utf8").catch(() => null),
    writeFile: (_, contents) => {
      binary = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  return Buffer.from(binary).toString("base64");
}

const lines = ["// Made by assembly/build.mjs from the sources beside it: edit those.", ""];
for (const [name, options] of Object.entries(variants)) {
  lines.push(`export const ${name}: string =`, `  "${await compile(options)}";`);
}
const text = `${lines.join("\n")}\n`;
if (process.argv.includes("--check")) {
  if ((await readFile(target, "utf8")) !== text) {
    console.error("src/internal/sampling/kernels.generated.ts is not what assembly/ compiles to: run `pnpm build:wasm` in packages/autoregressive.");
    process.exit(1);
  }
} else {
  await writeFile(target, text);
}
