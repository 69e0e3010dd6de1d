/**
 * Times training steps on every backend that is available here, beside TensorFlow.js as it ships and PyTorch: `pnpm bench`.
 *
 *   --runners wasm,onnx   these only (names of runners/*.ts, and `torch`)
 *   --only mlp            workloads whose name has this
 *   --rounds 10 --steps 3 rounds, and steps of each runner per round
 *   --software            also graphics interfaces that compute on the processor, and the JavaScript backend: slow
 *   --slow                also convolutions where one step takes minutes
 *   --device cuda         where PyTorch computes
 *   --record              adds the tables to RESULTS.md
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { newNode, Worker } from "./lib.mjs";
import { failures, leftOut, measure, summary } from "./measure.mjs";
import { record } from "./record.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const { values: options } = parseArgs({
  options: {
    runners: { type: "string" },
    only: { type: "string" },
    rounds: { type: "string", default: "10" },
    steps: { type: "string", default: "3" },
    software: { type: "boolean", default: false },
    slow: { type: "boolean", default: false },
    device: { type: "string", default: "cpu" },
    record: { type: "boolean", default: false },
  },
});

const usual = [
  "wasm",
  "onnx",
  "node",
  ...(options.software ? ["webgpu", "cpu", "stock-cpu"] : []),
  "stock-wasm",
  "jax",
  "torch",
];
const wanted = options.runners?.split(",") ?? usual;
const threads = Math.min(2, availableParallelism());

// In an archive for another machine the worker is bundled.
const bundled = existsSync(`${here}worker.cjs`);
const workerArguments = bundled ? [`${here}worker.cjs`] : ["--import", "tsx", `${here}worker.ts`];

const workers = new Map();
const notes = [];
for (const runner of wanted) {
  const worker =
    runner === "torch"
      ? new Worker("python3", [`${here}torch_baseline.py`, "--threads", String(threads), "--device", options.device])
      : new Worker(runner === "jax" ? newNode() : process.execPath, [...workerArguments, runner], { cwd: here });
  const { name, device, unavailable } = await worker.next();
  if (name === undefined) notes.push(`${runner}: not available: ${unavailable}`);
  else {
    workers.set(name, worker);
    if (device) notes.push(`${name}: ${device}`);
  }
}

const { skip, notes: omissions } = leftOut([...workers.keys()], options.slow);
const results = await measure(workers, {
  rounds: Number(options.rounds),
  steps: Number(options.steps),
  only: options.only,
  skip,
});
for (const worker of workers.values()) worker.close();
notes.push(...omissions, ...failures(results));

let text = `${summary(results, [...workers.keys()])}\n\n${notes.map((note) => `- ${note}`).join("\n")}\n`;
if (wanted.includes("wasm") && !bundled) {
  const overhead = spawnSync(process.execPath, ["--import", "tsx", `${here}overhead.ts`], {
    cwd: here,
    encoding: "utf8",
  });
  text += `\n${overhead.status === 0 ? overhead.stdout : `trainer's overhead: ${overhead.stderr}`}`;
}
console.log(text);
if (options.record) record(text, `Node.js ${process.versions.node}`);
