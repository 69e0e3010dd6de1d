import { cpSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as vite from "vite";
import { installedProject, programOf } from "./installed.mjs";
import { inRoot } from "./paths.mjs";

const esbuild = createRequire(inRoot("packages", "backends", "package.json"))("esbuild");

/** The README's program; a page has no files, so its model becomes bytes. */
function program() {
  const readme = programOf("README.md");
  const paged = readme
    .replace("saveModel,", "modelToBytes,")
    .replace(/await saveModel\(model, .*\);.*/, "const bytes = await modelToBytes(model);");
  if (!paged.includes("modelToBytes(model)")) throw new Error("README.md: the program saves its model no more");
  return `${paged}
import * as tf from "@tensorflow/tfjs";
const result = { backend: tf.getBackend(), loss: history.at(-1)["vae/loss"], shape: samples.shape, bytes: bytes.length };
`;
}

const html = (script) =>
  `<!doctype html><html lang="en"><title>README</title><script type="module" src="${script}"></script></html>\n`;

const PAGES = ["index.html", "in-worker.html"];

const FILES = () => ({
  "index.html": html("./page.js"),
  "page.js": `${program()}globalThis.result = result;\n`,
  "in-worker.html": html("./starter.js"),
  "starter.js": `const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => { globalThis.result = data; };
worker.onerror = ({ message }) => { globalThis.result = { error: message }; };
`,
  "worker.js": `${program()}postMessage(result);\n`,
});

/** How a page may come by the library, each as a project of its own that is served: `{ address, close }`. */
export const BUNDLES = {
  async "Vite's development server"() {
    const root = project("vite-dev");
    const server = await vite.createServer({
      ...common(root),
      server: { port: 0, hmr: false, watch: null, fs: { strict: false } },
    });
    await server.listen();
    return { address: server.resolvedUrls.local[0], close: () => server.close() };
  },
  async "a Vite build"() {
    const root = project("vite-build");
    const pages = PAGES.map((page) => join(root, page));
    await vite.build({
      ...common(root),
      build: { target: "es2022", rollupOptions: { input: pages } },
      worker: { format: "es" },
    });
    return preview(root, "dist");
  },
  async "an esbuild bundle"() {
    const root = project("esbuild");
    await esbuild.build({
      ...{ absWorkingDir: root, entryPoints: ["page.js", "starter.js", "worker.js"], outdir: "public" },
      ...{ bundle: true, splitting: true, format: "esm", target: "es2022", logLevel: "error", allowOverwrite: true },
    });
    for (const page of PAGES) cpSync(join(root, page), join(root, "public", page));
    return preview(root, "public");
  },
};

function project(name) {
  const root = inRoot("runs", "bundles", name);
  installedProject(root, FILES());
  return root;
}

const common = (root) => ({ root, configFile: false, logLevel: "error", cacheDir: join(root, ".vite") });

async function preview(root, outDir) {
  const server = await vite.preview({ ...common(root), build: { outDir }, preview: { port: 0 } });
  return { address: server.resolvedUrls.local[0], close: () => server.close() };
}
