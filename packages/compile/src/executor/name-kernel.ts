import type { Batch, Random, StepProgram } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { GraphOutput, Value } from "../graph/types.js";
import type { RecordedStep } from "../recorder/record.js";
import type { Runtime } from "../runtime/load.js";
import { StateStore } from "../runtime/store.js";
import { CompiledStep } from "./compiled.js";
import { keepVariables } from "./keep-variables.js";

/** Relative size of an error that is taken for a fault of a kernel and not for rounding. */
const FAULT = 1e-3;

/** The first kernel of a step whose result the compiled step has differently. */
export interface Culprit {
  /** The kernel and its place. */
  readonly text: string;
  /** Whether the kernel was given a value that is not finite, and eagerly gave finite ones: the eager kernel lost it. */
  readonly lostEagerly: boolean;
}

/**
 * Finds the first kernel of a step whose result the compiled step has differently, by computing all kernels' results both
 * ways. The variables keep their values.
 *
 * @param noise - The program's stream at the update, afresh each time.
 */
export async function findDifferingKernel(
  program: StepProgram,
  recorded: RecordedStep,
  runtime: Runtime,
  batch: Batch,
  noise: () => Random,
  update: number,
): Promise<Culprit | undefined> {
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
  const compiled = await step.evaluate(batch, noise(), update);
  await step.dispose();
  const eager = await keepVariables(program, async () => {
    const results = traceKernels(() => {
      tf.dispose(Object.values(program.run(batch, stepContext(noise(), update, true))));
    });
    const values = await Promise.all(results.map(({ tensors }) => Promise.all(tensors.map((tensor) => tensor.data()))));
    tf.dispose(results.flatMap(({ tensors }) => tensors));
    return results.map(({ kernel }, i) => ({ kernel, values: values[i]! }));
  });
  for (const [i, { kernel, result }] of probes.entries()) {
    const { kernel: name, operands } = recorded.trace[kernel]!;
    if (eager[kernel]?.kernel !== name) {
      return { text: `${eager[kernel]?.kernel ?? "nothing"} where ${name} was recorded`, lostEagerly: false };
    }
    const [a, b] = [compiled[i]!.data as Float32Array, eager[kernel].values[result]! as Float32Array];
    if (isClose(a, b)) continue;
    const text = `${name}, kernel ${kernel} of ${recorded.trace.length}`;
    if (a.every(Number.isFinite) || !b.every(Number.isFinite)) {
      return { text, lostEagerly: false };
    }
    const given = await Promise.all(
      operands.map((operand) => {
        const probe = probes.findIndex(({ value }) => value === operand);
        return probe >= 0 ? (compiled[probe]!.data as Float32Array) : valuesOf(operand, program, batch);
      }),
    );
    return { text, lostEagerly: given.some((values) => !Array.from(values ?? []).every(Number.isFinite)) };
  }
  return undefined;
}

/** The values of an operand that no kernel has made. */
async function valuesOf({ input, constant }: Value, { variables }: StepProgram, batch: Batch) {
  if (constant !== undefined) return Array.from(constant as Float32Array, Number);
  if (input?.kind === "state") return variables[input.variables[0]!]!.data();
  return input?.kind === "batch" ? batch[input.key]!.data() : undefined;
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
