import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { wasmFolder } from "./bundle.mjs";

/** A process that takes longer hangs. */
const LIMIT_MS = 300_000;
/** Name of the one failed test of a file that ended early. */
const WHOLE_FILE = "(the file)";

/**
 * Runs test files on one side.
 *
 * @param child - Path of the bundled program.
 * @param side - `shipped-wasm`, `ours-wasm`, `shipped-cpu` or `ours-cpu`.
 * @param atOnce - How many files share a process: 1 keeps them apart.
 * @returns {Promise<Map>} For each file its tests: name to `[status, message]`.
 */
export async function runFiles(child, side, files, atOnce = 1) {
  const found = new Map();
  const waiting = [];
  for (let at = 0; at < files.length; at += atOnce) waiting.push(files.slice(at, at + atOnce));
  const work = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      for (const [file, tests] of await runPart(child, side, part)) found.set(file, tests);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, work));
  return found;
}

function runPart(child, side, files) {
  const options = {
    ...{ timeout: LIMIT_MS, killSignal: "SIGKILL", maxBuffer: 1 << 28 },
    env: { ...process.env, LATENTKIT_BACKEND: "", WASM_FOLDER: `${wasmFolder}/` },
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [child, side, ...files], options, (error, stdout, stderr) => {
      const line = /^#RESULTS (.*)$/m.exec(stdout)?.[1];
      if (line !== undefined) return resolve(byFile(files, JSON.parse(line)));
      const why = stderr.split("\n").find((text) => /Error|abort/i.test(text)) ?? String(error?.message);
      resolve(new Map(files.map((file) => [file, new Map([[WHOLE_FILE, ["failed", why.slice(0, 200)]]])])));
    });
  });
}

/** Tests of one file may bear the same name: the later ones get a number. */
function byFile(files, results) {
  const found = new Map(files.map((file) => [file, new Map()]));
  for (const [file, name, status, message] of results) {
    const tests = found.get(file);
    let key = name;
    for (let i = 2; tests.has(key); i++) key = `${name} #${i}`;
    tests.set(key, [status, message]);
  }
  return found;
}
