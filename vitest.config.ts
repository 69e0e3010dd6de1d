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

export default defineConfig({
  resolve: { alias },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The main process only waits: unless told, it keeps a core for itself, which is half of a small machine.
    maxWorkers: "100%",
    // TensorFlow.js is loaded once for a worker, not for each of its files: half of the time otherwise. A file sets the backend it needs.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["packages/*/test/**/*.test.ts", "scripts/test/**/*.test.ts"],
          exclude: ["**/*.browser.test.ts", "**/node_modules/**"],
        },
      },
    ],
  },
});
