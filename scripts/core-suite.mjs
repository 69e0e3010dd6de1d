/**
 * Runs the test suite of TensorFlow.js's core, as it is installed, on the repaired wasm and cpu backends, and fails for each test
 * that passes with the shipped backend but not with ours: `node scripts/core-suite.mjs [wasm|cpu] [--shipped]`. With `--shipped`
 * the shipped backends run everything too, for the numbers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, testFiles } from "../packages/backends/conformance/core-suite/bundle.mjs";
import { count, findRegressions } from "../packages/backends/conformance/core-suite/compare.mjs";
import { deliberate } from "../packages/backends/conformance/core-suite/deliberate.mjs";
import { runFiles } from "../packages/backends/conformance/core-suite/run.mjs";

const args = process.argv.slice(2);
const backends = args.filter((arg) => !arg.startsWith("--"));
const folder = mkdtempSync(join(tmpdir(), "latentkit-core-suite-"));
let wrong = 0;
const say = (problem, { file, name }, detail) => {
  wrong++;
  console.log(`${problem}: ${file}: ${name}\n  ${detail}`);
};
try {
  const child = await bundle(folder);
  for (const backend of backends.length > 0 ? backends : ["wasm", "cpu"]) {
    const { counts, regressions } = await findRegressions(child, backend, testFiles);
    const plain = regressions.map((test) => ({ ...test, name: test.name.replace(` ${backend} {}`, "") }));
    const same = (a) => (b) => a.file === b.file && a.name === b.name;
    for (const test of plain) {
      if (!deliberate[backend].some(same(test))) say(`fails on our ${backend}, passes as shipped`, test, test.message);
    }
    for (const test of deliberate[backend]) {
      if (!plain.some(same(test))) say(`listed as another expectation, but passes on ${backend}`, test, test.reason);
    }
    const listed = `${deliberate[backend].length} expectations differ on purpose`;
    console.log(`our ${backend}: ${counts.tests} tests, ${counts.passed} passed, ${counts.failed} failed; ${listed}`);
    if (!args.includes("--shipped")) continue;
    const shipped = count(await runFiles(child, `shipped-${backend}`, testFiles));
    console.log(`shipped ${backend}: ${shipped.tests} tests, ${shipped.passed} passed, ${shipped.failed} failed`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${testFiles.length} files, ${wrong} regression(s)`);
process.exitCode = wrong > 0 ? 1 : 0;
