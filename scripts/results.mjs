/**
 * Runs rows of docs/results.md again and compares what comes out with what is printed: `node scripts/results.mjs [--rows name,…]`.
 * Rows that need MNIST are left out without `LATENTKIT_DATA`.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { inRoot } from "./lib/paths.mjs";
import { ROWS } from "./lib/results-rows.mjs";

const { values } = parseArgs({ options: { rows: { type: "string" } } });
const wanted = values.rows?.split(",");
for (const name of wanted ?? []) {
  if (ROWS.some((row) => row.name === name)) continue;
  console.error(`results: there is no row '${name}'; there are ${ROWS.map((row) => row.name).join(", ")}.`);
  process.exit(2);
}
const page = readFileSync(inRoot("docs", "results.md"), "utf8");
let failed = 0;
for (const { name, command, data, figures } of ROWS) {
  if (wanted && !wanted.includes(name)) continue;
  // biome-ignore lint/suspicious/noUndeclaredEnvVars: no cached task depends on it.
  if (data && !process.env.LATENTKIT_DATA) {
    console.log(`- ${name}: left out, LATENTKIT_DATA names no folder`);
    continue;
  }
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", ...command], {
    cwd: inRoot(),
    encoding: "utf8",
    timeout: 600_000,
    env: { ...process.env, TSX_TSCONFIG_PATH: inRoot("tsconfig.json") },
  });
  const seconds = Math.round((performance.now() - started) / 1000);
  for (const { printed, read, tolerance, unit } of figures) {
    const said = Number(printed.exec(page)?.[1]);
    const found = status === 0 ? read(stdout.split("\n")) : undefined;
    const agrees = Math.abs(found - said) <= tolerance;
    if (!agrees) failed++;
    console.log(
      `${agrees ? "✔" : "✘"} ${name}: printed ${said}, now ${found?.toPrecision(4)} ${unit}, may differ by ${tolerance} (${seconds} s)`,
    );
  }
  if (status !== 0) console.error(stderr);
}
process.exitCode = failed > 0 ? 1 : 0;
