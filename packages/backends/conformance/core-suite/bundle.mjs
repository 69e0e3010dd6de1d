import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
// The tests belong to the core that the backends were installed with.
const fromTfjs = createRequire(require.resolve("@tensorflow/tfjs"));
const core = join(dirname(fromTfjs.resolve("@tensorflow/tfjs-core")), "..");
const cpu = join(dirname(fromTfjs.resolve("@tensorflow/tfjs-backend-cpu")), "..");

/** The folder of the shipped backend with its `.wasm` files. */
export const wasmFolder = dirname(require.resolve("@tensorflow/tfjs-backend-wasm"));

/** The core's own test files, as paths below its `dist`. */
export const testFiles = readdirSync(join(core, "dist"), { recursive: true })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith("_test.js"))
  .sort();

/**
 * Bundles each test file, all with one copy of the core and of the backends, which import each other by several names.
 *
 * @returns Path of the program that runs one of them: `node child.mjs <side> <test file>`.
 */
export async function bundle(folder) {
  await build({
    entryPoints: [
      { in: join(import.meta.dirname, "child.mjs"), out: "child" },
      ...testFiles.map((file) => ({ in: join(core, "dist", file), out: file.slice(0, -3) })),
    ],
    ...{ outdir: folder, bundle: true, splitting: true, format: "esm", platform: "node" },
    logLevel: "error",
    // Browsers alone load it.
    loader: { ".wasm": "empty" },
    outExtension: { ".js": ".mjs" },
    // CommonJS within the bundle, such as the loader of the .wasm file.
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url); const __dirname = import.meta.dirname;',
    },
    mainFields: ["module", "main"],
    // Names the sources of the library's packages.
    tsconfig: join(import.meta.dirname, "..", "..", "..", "..", "tsconfig.json"),
    plugins: [oneCopy],
  });
  return join(folder, "child.mjs");
}

/** Every name of the core and of a backend means the same modules. */
const oneCopy = {
  name: "one-copy",
  setup({ onResolve }) {
    onResolve({ filter: /^@tensorflow\/tfjs(-core)?$/ }, () => ({ path: join(core, "dist", "index.js") }));
    onResolve({ filter: /^@tensorflow\/tfjs-core\// }, ({ path }) => ({
      path: join(core, relative("@tensorflow/tfjs-core", path).replace(/(\.js)?$/, ".js")),
    }));
    onResolve({ filter: /^@tensorflow\/tfjs-backend-cpu$/ }, () => ({ path: join(cpu, "dist", "index.js") }));
    onResolve({ filter: /^@tensorflow\/tfjs-backend-wasm$/ }, () => ({ path: join(wasmFolder, "index.js") }));
    onResolve({ filter: /^@tensorflow\/tfjs-backend-webgpu$/ }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^jasmine-core/ }, ({ path }) => ({ path: require.resolve(path), external: true }));
  },
};
