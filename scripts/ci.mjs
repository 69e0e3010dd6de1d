/**
 * Every check, one after the other, also after a failure: `.ci/run`. Arguments choose steps by a part of their name.
 * LATENTKIT_DATA, when set, names a folder with real data, and more tests run. `--results` also runs rows of docs/results.md again.
 */
import { existsSync } from "node:fs";
import { inRoot } from "./lib/paths.mjs";
import { printTable, runStep } from "./lib/steps.mjs";

const node = process.execPath;
const vitest = "node_modules/vitest/vitest.mjs";

/** A step that runs tests, with a report to count them from. */
function tests(name, command, args) {
  const report = inRoot("runs", "ci", `${name.replaceAll(" ", "-")}.json`);
  return {
    name,
    command,
    args: [...args, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    report,
  };
}

const browserTests = "scripts/browser-tests.mjs";

const ON_EACH_NODE = [
  "core/test/",
  "training/test/",
  "data/test/",
  "compile/test/",
  "viz/test/",
  "latentkit/test/cli",
].map((tests) => `packages/${tests}`);

const STEPS = [
  tests("npm test", "npm", ["test", "--silent", "--"]),
  { name: "type check", command: "tsc", args: ["-p", "tsconfig.json", "--pretty", "false"] },
  { name: "lint", command: "biome", args: ["check", "."] },
  // The built kernels are what their sources give.
  ...["backends", "autoregressive"].map((name) => ({
    name: `assembly of ${name}`,
    command: node,
    args: [`packages/${name}/assembly/build.mjs`, "--check"],
  })),
  { name: "kernel fuzz", command: node, args: ["scripts/kernel-fuzz.mjs"] },
  { name: "core suite", command: node, args: ["scripts/core-suite.mjs"] },
  { name: "gates", command: node, args: ["scripts/gates.mjs"] },
  { name: "docs", command: node, args: ["scripts/docs.mjs"] },
  { name: "docs examples", command: node, args: ["scripts/check-examples.mjs"] },
  // Models, losses and kernels are the same JavaScript on every Node; what meets the platform is tested on each.
  tests("tests on Node 24", "npx", ["--yes", "-p", "node@24", "node", vitest, "run", ...ON_EACH_NODE]),
  ...(existsSync(inRoot(browserTests)) ? [{ name: "browser tests", command: node, args: [browserTests] }] : []),
  {
    name: "quickstart",
    command: "npm",
    args: ["run", "quickstart", "--silent", "--", "--steps", "20", "--out", "runs/ci/quickstart"],
  },
];

// Minutes of training each: for once a week.
const RESULTS = { name: "results", command: node, args: ["scripts/results.mjs"] };

const wanted = process.argv.slice(2).filter((argument) => argument !== "--results");
if (process.argv.includes("--results")) STEPS.push(RESULTS);
const results = [];
for (const step of STEPS) {
  if (wanted.length === 0 || wanted.some((part) => step.name.includes(part))) results.push(await runStep(step));
}
printTable(results);
process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0;
