import { spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { inRoot, root } from "./paths.mjs";
import { seconds } from "./phase.mjs";
import { toolEnvironment } from "./run.mjs";

const LOGS = inRoot("runs", "ci");
/** A step that takes longer hangs. */
const LIMIT_MS = 25 * 60_000;

/**
 * Runs one step of the checks. Its output is kept in runs/ci/ and shown when it fails.
 *
 * @param step - `name`, `command` and `args`; `report` names a file of vitest's results to count tests from; `env`.
 * @returns The step's name, duration, how many tests passed, failed and were skipped: a step without tests is one.
 */
export async function runStep({ name, command, args, report, env }) {
  mkdirSync(LOGS, { recursive: true });
  if (report) rmSync(report, { force: true });
  const log = `${LOGS}/${name.replaceAll(/[^\w]+/g, "-")}.log`;
  process.stdout.write(`▶ ${name} … `);
  const start = performance.now();
  const ok = await succeeds(command, args, log, env);
  const duration = performance.now() - start;
  console.log(`${ok ? "passed" : "FAILED"} after ${seconds(duration)}`);
  if (!ok) console.log(`${readFileSync(log, "utf8").trimEnd()}\n`);
  const { skipped, ...counts } = count(ok, report);
  return { name, duration, ...counts, skipped: [...skipped, ...skippedLines(log)] };
}

function succeeds(command, args, log, env) {
  return new Promise((resolve) => {
    const file = createWriteStream(log);
    // A group of its own, so that a step that hangs can be ended with all that it started.
    const child = spawn(command, args, {
      cwd: root,
      env: toolEnvironment({ CI: "true", NO_COLOR: "1", ...env }),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const end = () => process.kill(-child.pid, "SIGKILL");
    const timer = setTimeout(end, LIMIT_MS);
    process.once("SIGINT", end);
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    const finish = (ok, why = "") => {
      clearTimeout(timer);
      process.off("SIGINT", end);
      file.end(why, () => resolve(ok));
    };
    child.on("error", (error) => finish(false, `${error.message}\n`));
    child.on("close", (code, signal) => finish(code === 0, signal ? `ended by ${signal}\n` : ""));
  });
}

/** What a step says it left out, in lines of its own. */
function skippedLines(log) {
  return [...readFileSync(log, "utf8").matchAll(/^SKIPPED: (.*)$/gm)].map(([, text]) => text);
}

/** Tests of a step that has them; a step that failed in another way counts as one failure. */
function count(ok, report) {
  if (report === undefined || !existsSync(report)) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: [] };
  const { numPassedTests: passed, numFailedTests: failed, testResults } = JSON.parse(readFileSync(report, "utf8"));
  const skipped = testResults.flatMap((file) =>
    file.assertionResults
      .filter(({ status }) => status === "pending" || status === "skipped")
      .map(({ fullName }) => fullName),
  );
  return { passed, failed: ok ? failed : Math.max(failed, 1), skipped };
}

/** Prints the steps as a table, and the sum as the last line. */
export function printTable(results) {
  const width = Math.max(...results.map(({ name }) => name.length));
  console.log(`\n${"Step".padEnd(width)}      Time   Passed  Failed  Skipped`);
  for (const { name, duration, passed, failed, skipped } of results) {
    const cells = [
      seconds(duration).padStart(10),
      ...[passed, failed, skipped.length].map((n) => String(n).padStart(8)),
    ];
    console.log(`${name.padEnd(width)} ${cells.join("")}`);
  }
  for (const name of new Set(results.flatMap(({ skipped }) => skipped))) console.log(`SKIPPED: ${name}`);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
}
