import { type BackendName, useBackend } from "../../src/index.js";
import { fuzz } from "./run.js";

// Prints a report as JSON: `node --import tsx conformance/fuzz/node.ts wasm 5000 1`.
const [name = "wasm", cases = "5000", seed = "1", only] = process.argv.slice(2);
await useBackend(name as BackendName);
const start = performance.now();
const report = fuzz(Number(cases), Number(seed), only);
process.stdout.write(
  `${JSON.stringify({ ...report, milliseconds: Math.round(performance.now() - start) }, undefined, 1)}\n`,
);
