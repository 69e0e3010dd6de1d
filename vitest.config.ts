import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const packages = fileURLToPath(new URL("./packages/", import.meta.url));

/** Tests run against the sources, so that no stale build can answer for them. */
const alias = [
  { find: "@latentkit/core/testing", replacement: `${packages}core/src/testing/index.ts` },
  { find: "@latentkit/core/pictures", replacement: `${packages}core/src/pictures/index.ts` },
  { find: "@latentkit/core/files", replacement: `${packages}core/src/files/node.ts` },
  { find: /^@latentkit\/([a-z-]+)\/authoring$/, replacement: `${packages}$1/src/authoring.ts` },
  { find: /^@latentkit\/([a-z-]+)$/, replacement: `${packages}$1/src/index.ts` },
  { find: /^latentkit$/, replacement: `${packages}latentkit/src/index.ts` },
];

const ENGINE = ["packages/backends", "packages/compile", "packages/latentkit", "packages/training", "scripts"];
const MODELS = readdirSync(packages)
  .map((name) => `packages/${name}`)
  .filter((folder) => !ENGINE.includes(folder));

export default defineConfig({
  resolve: { alias },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The main process only waits: unless told, it keeps a core for itself, which is half of a small machine.
    maxWorkers: "100%",
    projects: [
      // TensorFlow.js is loaded once for a worker, not for each of its files: half of the time otherwise. A file sets the backend it needs.
      project("models", MODELS, { isolate: false }),
      // What changes the engine, the process or a module's state has each file for itself.
      project("engine", ENGINE, { isolate: true }),
    ],
  },
});

function project(name: string, folders: readonly string[], test: { isolate: boolean }) {
  const include = folders.map((folder) => `${folder}/test/**/*.test.ts`);
  return {
    extends: true as const,
    test: { ...test, name, include, exclude: ["**/*.browser.test.ts", "**/node_modules/**"] },
  };
}
