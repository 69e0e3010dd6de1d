import * as tf from "@tensorflow/tfjs";
import { count, draw, type Nd } from "./arrays.js";
import type { FuzzCase, Generator } from "./case.js";
import { convolutions } from "./convolutions.js";
import { elementwise } from "./elementwise.js";
import { watchHeap } from "./heap.js";
import { indexed } from "./indexed.js";
import { joining } from "./joining.js";
import { kernels } from "./kernels.js";
import { local } from "./local.js";
import { movement } from "./movement.js";
import { pools } from "./pools.js";
import { products } from "./products.js";
import { reductions } from "./reductions.js";
import { refusals } from "./refusals.js";
import { exclusive, sparse } from "./sparse.js";
import { text } from "./text.js";
import { warps } from "./warps.js";

const OPERATIONS: readonly Generator[] = [
  ...[...elementwise, ...reductions, ...movement, ...joining, ...indexed],
  ...[...products, ...convolutions, ...pools, ...warps, ...sparse, ...text],
];

/** On other backends than wasm operands are looked at by the operations, and kernels that no operation reaches do no harm. */
const generatorsOf = (backend: string): readonly Generator[] =>
  backend === "wasm" ? [...OPERATIONS, ...local, exclusive, ...kernels, ...refusals] : OPERATIONS;

/** The cpu backend adds up in single precision, value by value. */
const LOOSER: Readonly<Record<string, number>> = { cpu: 4 };

/** What a run of random cases found. */
export interface FuzzReport {
  readonly cases: number;
  /** One line for each case that was wrong, with the seed that draws it again. */
  readonly failures: readonly string[];
  /** Kernels of the backend that no case called. */
  readonly uncalled: readonly string[];
}

/**
 * Calls the operations of the backend that is set with random shapes and values, and compares with references in double
 * precision. On wasm the memory around every tensor is watched.
 */
export function fuzz(cases: number, seed: number, only?: string): FuzzReport {
  const generators = generatorsOf(tf.getBackend());
  const heap = tf.getBackend() === "wasm" ? watchHeap() : undefined;
  const called = watchCalls();
  const failures: string[] = [];
  for (let i = 0; i < cases; i++) {
    const own = seed + i;
    const from = generators[own % generators.length]!(draw(own));
    if (only !== undefined && !from.name.includes(only)) continue;
    const { numTensors, numDataBuffers } = tf.memory();
    const problems = [examine(from)];
    const damaged = heap?.damaged() ?? 0;
    if (damaged > 0) problems.push(`wrote outside ${damaged} tensor(s)`);
    const after = tf.memory();
    if (after.numTensors !== numTensors) problems.push(`${after.numTensors - numTensors} tensor(s) left`);
    else if (after.numDataBuffers !== numDataBuffers)
      problems.push(`${after.numDataBuffers - numDataBuffers} buffer(s) left`);
    const found = problems.filter((problem) => problem !== undefined);
    if (found.length > 0) failures.push(`${own}: ${from.name}: ${found.join("; ")}`);
  }
  heap?.end();
  const names = called.end();
  const uncalled = tf.getKernelsForBackend(tf.getBackend()).map(({ kernelName }) => kernelName);
  return { cases, failures, uncalled: uncalled.filter((name) => !names.has(name)) };
}

/** Notes down the kernels that operations call. */
function watchCalls(): { end(): ReadonlySet<string> } {
  const names = new Set<string>();
  const engine = tf.engine();
  const { runKernel } = engine;
  engine.runKernel = <T extends tf.Tensor | tf.Tensor[]>(...args: Parameters<typeof runKernel>): T => {
    names.add(args[0]);
    return runKernel.apply(engine, args) as T;
  };
  return {
    end() {
      engine.runKernel = runKernel;
      return names;
    },
  };
}

function examine({ run, expected, tolerance = 0 }: FuzzCase): string | undefined {
  try {
    return tf.tidy(() => {
      const results = [run()].flat();
      if (expected === undefined) return `expected an error, received [${results[0]!.shape}]`;
      const wanted = [expected].flat() as Nd[];
      for (const [k, nd] of wanted.entries()) {
        const problem = difference(results[k]!, nd, tolerance * (LOOSER[tf.getBackend()] ?? 1));
        if (problem !== undefined) return problem;
      }
      return undefined;
    });
  } catch (error) {
    if (expected === undefined && error instanceof Error && !(error instanceof WebAssembly.RuntimeError))
      return undefined;
    return `threw ${String((error as Error).message).split("\n", 1)[0]}`;
  }
}

function difference(actual: tf.Tensor, { shape, values, dtype }: Nd, tolerance: number): string | undefined {
  if (actual.dtype !== dtype) return `expected ${dtype}, received ${actual.dtype}`;
  if (actual.shape.join() !== shape.join()) return `expected [${shape}], received [${actual.shape}]`;
  const received = actual.dataSync();
  const finite = values.filter(Number.isFinite).map(Math.abs);
  const scale = finite.reduce((largest, v) => Math.max(largest, v), 1);
  for (let i = 0; i < count(shape); i++) {
    const [value, wanted] = [
      received[i]!,
      tolerance > 0 ? values[i]! : dtype === "float32" ? Math.fround(values[i]!) : values[i]!,
    ];
    const same = value === wanted || (Number.isNaN(value) && Number.isNaN(wanted));
    if (!same && !(Math.abs(value - wanted) <= tolerance * scale))
      return `expected ${wanted} at ${i}, received ${value}`;
  }
  return undefined;
}
