import type { Batch, Random, StepProgram } from "@latentkit/core";
import { stepContext } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Graph } from "../graph/types.js";
import { optimize } from "../passes/optimize.js";
import { recordStep } from "../recorder/record.js";
import { setBackendNow } from "../recorder/set-backend.js";
import type { Runtime } from "../runtime/load.js";
import { StateStore } from "../runtime/store.js";
import { CompiledStep } from "./compiled.js";
import { compileGradients, gradientsOfVariables } from "./gradient-graph.js";
import { keepVariables } from "./keep-variables.js";
import { compareUpdate } from "./verify.js";

/** Multiplications of a convolution that TensorFlow.js's plain JavaScript backend does in about a second. */
export const AFFORDABLE = 2e7;

/** Multiplications of a graph's products of matrices. */
export function productsOf(graph: Graph): number {
  let products = 0;
  for (const { op, inputs, outputs } of graph.nodes) {
    if (op !== "Gemm") continue;
    const [rows, columns] = outputs[0]!.shape as [number, number];
    products += (rows * columns * inputs[0]!.shape.reduce((a, b) => a * b, 1)) / rows;
  }
  return products;
}

/** Examples of a batch that the `cpu` backend can compute eagerly in reasonable time, or all of them. */
export function affordableExamples(graph: Graph, examples: number): number {
  const products = productsOf(graph);
  return products <= AFFORDABLE ? examples : Math.max(2, Math.floor((examples * AFFORDABLE) / products));
}

/**
 * Compares the eager and the compiled update on the first examples of a batch, on another backend if asked, for steps
 * that cost minutes eagerly or cannot run on the backend in use. The variables keep their values.
 *
 * @param random - The program's stream.
 * @returns What differs, or nothing.
 */
export async function checkSample(
  program: StepProgram,
  runtime: Runtime,
  batch: Batch,
  random: Random,
  options: { readonly examples: number; readonly tolerance: number; readonly backend: string },
): Promise<string | undefined> {
  const count = Math.min(options.examples, ...Object.values(batch).map((tensor) => tensor.shape[0] ?? 1));
  const entries = Object.entries(batch).map(([key, tensor]) => [key, tf.slice(tensor, 0, count)] as const);
  const sample = Object.fromEntries(entries);
  const store = new StateStore(runtime.ort);
  try {
    const recorded = await recordStep(program, sample);
    const variablesOf = (indices: readonly number[]) => indices.map((index) => program.variables[index]!);
    const graph = optimize(recorded.graph, (indices) => store.fits(variablesOf(indices)));
    const step = await CompiledStep.create(program, graph, recorded.draws, store, runtime);
    const gradients = await compileGradients(program, recorded, runtime);
    const noise = () => random.at(0);
    const { difference } = await keepVariables(program, () =>
      compareUpdate({
        ...{ step, gradients, gradientOf: gradientsOfVariables(recorded) },
        gradientVariables: recorded.gradients.map(({ variable }) => variable),
        runEagerly: () => onBackend(options.backend, () => program.run(sample, stepContext(noise(), 0, true))),
        ...{ batch: sample, noise, update: 0, tolerance: options.tolerance },
      }),
    );
    await gradients.dispose();
    await step.dispose();
    return difference?.text;
  } finally {
    await store.dispose();
    tf.dispose(Object.values(sample));
  }
}

/** Runs `body` with another backend that is loaded. */
function onBackend<T>(backend: string, body: () => T): T {
  const name = tf.getBackend();
  if (name !== backend) setBackendNow(backend);
  try {
    return body();
  } finally {
    if (name !== backend) setBackendNow(name);
  }
}
