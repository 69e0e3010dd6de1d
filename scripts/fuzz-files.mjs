// Damages many model files and reads them: `node scripts/fuzz-files.mjs 100000 [first seed]`. Each chunk has a process of its own,
// which is ended when a file takes it for ever.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const CHUNK = 10_000;
const [count = 100_000, first = 0] = process.argv.slice(2).map(Number);
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const total = { files: 0, models: 0, slowest: 0, grown: 0 };
for (let begin = first; begin < first + count; begin += CHUNK) {
  const files = Math.min(CHUNK, first + count - begin);
  const { status, stdout } = spawnSync(
    process.execPath,
    [vitest, "run", "--maxWorkers=1", "packages/core/test/fuzz/"],
    {
      encoding: "utf8",
      timeout: 600_000,
      env: { ...process.env, LATENTKIT_FUZZ_COUNT: String(files), LATENTKIT_FUZZ_FIRST: String(begin) },
    },
  );
  const line = stdout.split("\n").find((one) => one.startsWith('{"first"'));
  if (status !== 0 || line === undefined) {
    console.error(`${stdout}\nfuzz-files: files ${begin} to ${begin + files - 1} were not all read or refused.`);
    process.exit(1);
  }
  const { models, slowest, grown } = JSON.parse(line);
  total.files += files;
  total.models += models;
  total.slowest = Math.max(total.slowest, slowest);
  total.grown = Math.max(total.grown, grown);
  console.log(line);
}
console.log(
  `${total.files} files, ${total.models} models; slowest ${total.slowest} ms, memory grew by ${total.grown} MB at most`,
);
