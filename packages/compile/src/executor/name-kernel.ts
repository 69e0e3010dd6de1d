import { type Batch, type Random, type StepProgram, stepContext } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import type { GraphOutput, Value } from "../graph/types.js";
import type { RecordedStep } from "../recorder/record.js";
import type { Runtime } from "../runtime/load.js";
import { StateStore } from "../runtime/store.js";
import { CompiledStep } from "./compiled.js";
import { keepVariables } from "./keep-variables.js";

/** Relative size of an error that is taken for a fault of a kernel and not for rounding. */
const FAULT = 1e-3;

/**
 * Names the first kernel of a step whose result the compiled step has differently, by computing all kernels' results both
 * ways. The variables keep their values.
 */
export async function nameDifferingKernel(
  program: StepProgram,
  recorded: RecordedStep,
  runtime: Runtime,
  batch: Batch,
  random: Random,
  update: number,
): Promise<string | undefined> {
  const probes: {
    readonly value: Value;
    readonly target: GraphOutput;
    readonly kernel: number;
    readonly result: number;
  }[] = [];
  recorded.trace.forEach(({ results }, kernel) => {
    results.forEach((value, result) => {
      if (value.type === "float32") probes.push({ value, target: { kind: "log", name: "" }, kernel, result });
    });
  });
  const graph = { ...recorded.graph, outputs: probes };
  const step = await CompiledStep.create(program, graph, recorded.draws, new StateStore(runtime.ort), runtime);
  const compiled = await step.evaluate(batch, random, update);
  await step.dispose();
  const eager = await keepVariables(program, async () => {
    const results = traceKernels(() => {
      const context = stepContext(random.stream(program.name).at(update), update, true);
      tf.dispose(Object.values(program.run(batch, context)));
    });
    const values = await Promise.all(results.map(({ tensors }) => Promise.all(tensors.map((tensor) => tensor.data()))));
    tf.dispose(results.flatMap(({ tensors }) => tensors));
    return results.map(({ kernel }, i) => ({ kernel, values: values[i]! }));
  });
  for (const [i, { kernel, result }] of probes.entries()) {
    const name = recorded.trace[kernel]!.kernel;
    if (eager[kernel]?.kernel !== name) return `${eager[kernel]?.kernel ?? "nothing"} where ${name} was recorded`;
    const [a, b] = [compiled[i]!.data as Float32Array, eager[kernel].values[result]! as Float32Array];
    if (!isClose(a, b)) return `${name}, kernel ${kernel} of ${recorded.trace.length}`;
  }
  return undefined;
}

function isClose(a: Float32Array, b: Float32Array): boolean {
  let [apart, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    if (a[i] === b[i] || (Number.isNaN(a[i]) && Number.isNaN(b[i]))) continue;
    apart += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(apart) <= FAULT * (Math.sqrt(size) + FAULT);
}

/** Runs `body` and keeps the results of all kernels that it starts, in the order in which they start. */
function traceKernels(body: () => void): { readonly kernel: string; readonly tensors: tf.Tensor[] }[] {
  const engine = tf.engine();
  const traced: { kernel: string; tensors: tf.Tensor[] }[] = [];
  let copying = false;
  const run = engine.runKernel;
  engine.runKernel = function traceKernel(this: typeof engine, kernel, inputs, attributes) {
    if (copying) return run.call(this, kernel, inputs, attributes);
    const entry = { kernel, tensors: [] as tf.Tensor[] };
    traced.push(entry);
    const results = run.call(this, kernel, inputs, attributes);
    copying = true;
    entry.tensors = ([results].flat() as tf.Tensor[]).map((tensor) => tf.keep(tf.clone(tensor)));
    copying = false;
    return results;
  } as typeof engine.runKernel;
  try {
    body();
  } finally {
    // Back to the method of the class.
    delete (engine as { runKernel?: unknown }).runKernel;
  }
  return traced;
}
