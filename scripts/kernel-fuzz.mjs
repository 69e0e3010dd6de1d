/**
 * Calls the kernels of wasm and cpu with random shapes and values and compares with plain loops in double precision:
 * `node scripts/kernel-fuzz.mjs [cases] [seed] [part of a name]`. From 5,000 cases on every kernel of wasm has to be called.
 */
import { spawnSync } from "node:child_process";
import { inRoot } from "./lib/paths.mjs";

const [cases = "5000", seed = "1", only = ""] = process.argv.slice(2);
let wrong = 0;
for (const backend of ["wasm", "cpu"]) {
  const args = ["--import", "tsx", "conformance/fuzz/node.ts", backend, cases, seed, ...(only === "" ? [] : [only])];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: inRoot("packages", "backends"),
    env: { ...process.env, LATENTKIT_BACKEND: "", TSX_TSCONFIG_PATH: inRoot("tsconfig.json") },
    encoding: "utf8",
  });
  if (status !== 0) {
    console.error(stderr);
    process.exit(1);
  }
  const { failures, uncalled, milliseconds } = JSON.parse(stdout);
  for (const failure of failures) console.log(failure);
  console.log(`${backend}: ${cases} cases, ${failures.length} wrong, ${(milliseconds / 1000).toFixed(1)} s`);
  wrong += failures.length;
  if (backend !== "wasm" || only !== "" || Number(cases) < 5000) continue;
  if (uncalled.length > 0) console.log(`never called: ${uncalled.join(", ")}`);
  wrong += uncalled.length;
}
process.exitCode = wrong > 0 ? 1 : 0;
