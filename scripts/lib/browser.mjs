import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "vite";
import { inRoot } from "./paths.mjs";

const FLAGS = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/**
 * The path of a Chromium: LATENTKIT_CHROMIUM, one that is installed, or Debian's, which is installed where that is possible.
 * Undefined when there is none.
 */
export function findChromium() {
  // biome-ignore lint/suspicious/noUndeclaredEnvVars: no cached task depends on it.
  return process.env.LATENTKIT_CHROMIUM || onPath() || installDebian() || undefined;
}

function onPath() {
  for (const name of NAMES) {
    const { status, stdout } = spawnSync("which", [name], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

function installDebian() {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return undefined;
  console.log("Chromium is missing: installing Debian's package.");
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    const { status } = spawnSync("apt-get", args, {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (status !== 0) return undefined;
  }
  return onPath();
}

/**
 * Serves a package's sources to browsers, the workspace's other packages included.
 *
 * @param isolated - Cross-origin isolated, so that pages may share memory between threads.
 */
export async function serve(folder, { isolated = false } = {}) {
  const packages = inRoot("packages");
  const server = await createServer({
    root: inRoot(folder),
    configFile: false,
    logLevel: "error",
    cacheDir: inRoot("node_modules", ".vite-browser-tests"),
    resolve: {
      alias: [
        { find: /^@latentkit\/([a-z-]+)\/authoring$/, replacement: `${packages}/$1/src/authoring.ts` },
        { find: /^@latentkit\/([a-z-]+)$/, replacement: `${packages}/$1/src/index.ts` },
      ],
      dedupe: ["@tensorflow/tfjs"],
    },
    optimizeDeps: {
      include: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm", "@tensorflow/tfjs-backend-webgpu"],
    },
    server: { port: 0, hmr: false, watch: null, fs: { allow: [inRoot()] }, headers: isolated ? ISOLATION : {} },
  });
  await server.listen();
  return { address: server.resolvedUrls.local[0], close: () => server.close() };
}

/** Starts a headless browser that computes WebGL and WebGPU on the processor. */
export async function launch(executablePath) {
  const require = createRequire(inRoot("packages", "backends", "package.json"));
  const { chromium } = require("playwright-core");
  return chromium.launch({ executablePath, args: FLAGS, headless: true });
}
