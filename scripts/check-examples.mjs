/**
 * Executes every example of the documentation: the fenced `ts` blocks of docstrings, READMEs and guides are type-checked
 * against the built packages and run, those marked `no-run` type-checked only. Failures name file and line.
 *
 *   node scripts/check-examples.mjs [path prefix, such as packages/vae]
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { build } from "./lib/build.mjs";
import { collectExamples } from "./lib/examples.mjs";
import { inRoot } from "./lib/paths.mjs";
import { main } from "./lib/phase.mjs";
import { CommandError, run, toolEnvironment } from "./lib/run.mjs";
import { packages, readJson } from "./lib/workspace.mjs";

mkdirSync(inRoot("runs"), { recursive: true });
const FOLDER = mkdtempSync(inRoot("runs", "docs-examples-"));
process.on("exit", () => rmSync(FOLDER, { recursive: true, force: true }));

await main(async () => {
  const under = process.argv[2]?.replace(/^\.\//, "") ?? "";
  const examples = collectExamples(under).map((example) => ({ ...example, file: fileOf(example) }));
  const folder = /^packages\/[^/]+/.exec(under)?.[0];
  await build(folder && `${readJson(`${folder}/package.json`).name}...`);
  prepare(examples);
  const failures = [...(await typeErrors(examples)), ...(await runErrors(examples.filter(({ run }) => run)))];
  for (const failure of failures) console.error(`✘ ${failure}\n`);
  const typed = examples.filter(({ run }) => !run).length;
  console.log(`${examples.length} examples (${typed} type-checked only), ${failures.length} failures.`);
  if (failures.length > 0) throw new Error("examples of the documentation failed");
});

function fileOf({ path, line }) {
  return `${FOLDER}/${path.replaceAll("/", "~")}~${line}.ts`;
}

/** Writes each example as a module on the lines it has in its source, beside links to all packages. */
function prepare(examples) {
  mkdirSync(`${FOLDER}/node_modules/@latentkit`, { recursive: true });
  for (const { folder, name } of packages()) symlinkSync(inRoot(folder), `${FOLDER}/node_modules/${name}`, "junction");
  for (const { file, line, code } of examples) writeFileSync(file, `${"\n".repeat(line - 1)}${code}\nexport {};\n`);
  const { compilerOptions } = readJson("tsconfig.base.json");
  Object.assign(compilerOptions, { noEmit: true, noUnusedLocals: false, noUnusedParameters: false });
  writeFileSync(`${FOLDER}/tsconfig.json`, JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  writeFileSync(`${FOLDER}/package.json`, JSON.stringify({ private: true, type: "module" }));
}

async function typeErrors(examples) {
  if (examples.length === 0) return [];
  try {
    await run("tsc", ["-p", FOLDER, "--pretty", "false"], { keep: true, cwd: FOLDER });
    return [];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return error.output
      .trim()
      .split(/\n(?=\S)/)
      .map((text) => atSource(text, examples));
  }
}

async function runErrors(examples) {
  const workers = Math.min(availableParallelism(), 4, examples.length);
  const shares = Array.from({ length: workers }, (_, i) => examples.filter((_, k) => k % workers === i));
  return (await Promise.all(shares.map(runShare))).flat();
}

/** Runs some examples in one process. An example that ends the process fails, and the rest run in another. */
async function runShare(examples) {
  const failures = [];
  let left = examples;
  while (left.length > 0) {
    const reports = await runProcess(left.map(({ file }) => file));
    for (const { error, printed, file } of reports.filter((report) => report.error)) {
      const { path, line } = left.find((example) => example.file === file);
      failures.push(`${path}:${line}: ${atSource(error, examples)}\n${printed}`.trim());
    }
    const ended = left[reports.length];
    if (ended) failures.push(`${ended.path}:${ended.line}: the example ended the process`);
    left = left.slice(reports.length + 1);
  }
  return failures;
}

async function runProcess(files) {
  const env = toolEnvironment({ TSX_TSCONFIG_PATH: `${FOLDER}/tsconfig.json` });
  const child = spawn(process.execPath, ["--import", "tsx", inRoot("scripts", "lib", "examples-child.mjs"), ...files], {
    cwd: FOLDER,
    env,
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  const reports = [];
  for await (const line of createInterface({ input: child.stdio[3] })) reports.push(JSON.parse(line));
  return reports;
}

/** Replaces names of generated files by the places they were copied from; their lines agree. */
function atSource(text, examples) {
  return examples.reduce(
    (result, { file, path }) =>
      result
        .replaceAll(`file://${file}`, path)
        .replaceAll(file, path)
        .replaceAll(file.slice(FOLDER.length + 1), path),
    text,
  );
}
