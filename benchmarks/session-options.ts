/**
 * What options of ONNX Runtime's sessions change: the compiled steps of the workloads under each set of options, a few steps
 * of each in turn, in one process. Prints a Markdown table.
 *
 *   tsx benchmarks/session-options.ts --only mlp --rounds 20 --steps 5 --options "2 threads,no spinning"
 */
import { parseArgs } from "node:util";
import type { OnnxRuntimeModule } from "@latentkit/compile";
import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-node";
import { median, table } from "./lib.mjs";
import { prepareCompiled } from "./runners/compiled.js";
import { workloads } from "./workloads/index.js";

type SessionOptions = ort.InferenceSession.SessionOptions;

const config = (session: object): SessionOptions => ({ extra: { session } });

/** Sets of options; what a set leaves out is as the executor has it. The first is what the others are compared with. */
const SETS: Readonly<Record<string, SessionOptions>> = {
  "2 threads": {},
  "2 threads, no spinning": config({ intra_op: { allow_spinning: "0" } }),
  "2 threads, spinning between runs": config({ force_spinning_stop: "0" }),
  "2 threads, no memory pattern": { enableMemPattern: false },
  "2 threads, no arena": { enableCpuMemArena: false, enableMemPattern: false },
  "2 threads, dynamic blocks": config({ dynamic_block_base: "4" }),
  "2 threads, denormals are zero": config({ set_denormal_as_zero: "1" }),
  "2 threads, parallel branches": { executionMode: "parallel", enableMemPattern: false, interOpNumThreads: 2 },
  "2 threads, basic rewriting": { graphOptimizationLevel: "basic" },
  "1 thread": { intraOpNumThreads: 1 },
  "1 thread, no memory pattern": { intraOpNumThreads: 1, enableMemPattern: false },
  "1 thread, denormals are zero": { intraOpNumThreads: 1, ...config({ set_denormal_as_zero: "1" }) },
  "1 thread, parallel branches": {
    ...{ intraOpNumThreads: 1, interOpNumThreads: 2, executionMode: "parallel", enableMemPattern: false },
  },
};

/** Long enough for the threads of the set before to fall asleep. */
const PAUSE_MS = 50;
const { values: args } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    options: { type: "string" },
    rounds: { type: "string", default: "10" },
    steps: { type: "string", default: "5" },
  },
});

/** ONNX Runtime, with these options in every session that it creates. */
function runtimeWith(extra: SessionOptions): OnnxRuntimeModule {
  const create = (bytes: Uint8Array, options: SessionOptions) =>
    ort.InferenceSession.create(bytes, { ...options, ...extra, extra: { session: sessionConfig(options, extra) } });
  return { ...ort, InferenceSession: { create } as typeof ort.InferenceSession };
}

/** The configuration that the executor sets, with that of a set over it. */
function sessionConfig(...options: readonly SessionOptions[]): object {
  return Object.assign({}, ...options.map(({ extra }) => extra?.session));
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

tf.enableProdMode();
await tf.setBackend("cpu");
const wanted = args.options?.split(",").map((part) => part.trim());
const sets = Object.entries(SETS).filter(
  ([name], i) => i === 0 || (wanted?.some((part) => name.includes(part)) ?? true),
);
const rows: string[][] = [];
for (const workload of workloads.filter(({ name }) => name.includes(args.only))) {
  const states = [];
  for (const [name, options] of sets) {
    const prepared = await prepareCompiled(workload, { provider: "cpu", threads: 2, runtime: runtimeWith(options) });
    for (let i = 0; i < 3; i++) await prepared.step();
    states.push({ name, prepared, times: [] as number[] });
  }
  for (let round = 0; round < Number(args.rounds); round++) {
    for (const { prepared, times } of states) {
      await pause();
      await prepared.step();
      for (let i = 0; i < Number(args.steps); i++) {
        const start = performance.now();
        await prepared.step();
        times.push(performance.now() - start);
      }
    }
  }
  const [first] = states;
  for (const { name, prepared, times } of states) {
    const [middle, least] = [median(times), Math.min(...times)];
    const ratios = [middle / median(first!.times), least / Math.min(...first!.times)];
    rows.push([workload.name, name, ...[middle, least, ...ratios].map((figure) => figure.toFixed(2))]);
    prepared.dispose?.();
  }
}
console.log(table(["workload", "options", "median ms", "min ms", "ratio of medians", "ratio of mins"], rows));
process.exit(0);
