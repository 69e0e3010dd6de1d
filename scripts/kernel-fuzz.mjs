/**
 * Calls the WebAssembly kernels with random shapes and values and compares with plain loops in double precision:
 * `node scripts/kernel-fuzz.mjs [cases] [seed] [part of a name]`. Needs the built packages.
 */
import { spawnSync } from "node:child_process";
import { inRoot } from "./lib/paths.mjs";

const [cases = "5000", seed = "1", only = ""] = process.argv.slice(2);
const args = ["--import", "tsx", "conformance/fuzz/node.ts", "wasm", cases, seed, ...(only === "" ? [] : [only])];
const { status, stdout, stderr } = spawnSync(process.execPath, args, {
  cwd: inRoot("packages", "backends"),
  encoding: "utf8",
});
if (status !== 0) {
  console.error(stderr);
  process.exit(1);
}
const { failures, milliseconds } = JSON.parse(stdout);
for (const failure of failures) console.log(failure);
console.log(`${cases} cases, ${failures.length} wrong, ${(milliseconds / 1000).toFixed(1)} s`);
process.exitCode = failures.length > 0 ? 1 : 0;
