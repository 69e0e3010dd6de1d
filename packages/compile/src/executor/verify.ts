import type { Batch, Random } from "@latentkit/core";
import { fetchHeld } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { watchGradients } from "../recorder/gradients.js";
import { DISTURBANCES, type Difference, findDifference, type UpdatePair } from "./compare.js";
import type { CompiledStep } from "./compiled.js";

/** What {@link compareUpdate} works on. */
export interface Comparison {
  readonly step: CompiledStep;
  /** The step's gradients, in the order in which the program computes them. */
  readonly gradients: CompiledStep;
  /** The variables of those gradients, by their places in the program. */
  readonly gradientVariables: readonly number[];
  /** The place of the gradient that a variable moves along, by the variable's place. */
  readonly gradientOf: ReadonlyMap<number, number>;
  readonly runEagerly: () => Readonly<Record<string, tf.Scalar>>;
  readonly batch: Batch;
  /** The program's stream at the update, afresh each time. */
  readonly noise: () => Random;
  readonly update: number;
  readonly tolerance: number;
}

/** What came of a comparison. */
export interface Verdict {
  readonly difference: Difference | undefined;
  /** What the eager step logs. */
  readonly eagerLogs: Readonly<Record<string, number>>;
  /** What the compiled step logs. */
  readonly logs: Readonly<Record<string, number>>;
  /** Makes the compiled values those of now. */
  commit(): void;
}

/** One update both ways. The variables end at the eager result; committing makes the compiled one count. */
export async function compareUpdate(comparison: Comparison): Promise<Verdict> {
  const { step, batch, noise, update, tolerance, gradientOf } = comparison;
  await fetchHeld(step.variables);
  const patterns = Array.from({ length: DISTURBANCES }, (_, i) => i + 1);
  const disturbedGradients: Float32Array[][] = [];
  const disturbedLogs: Readonly<Record<string, number>>[] = [];
  let disturbed: Map<tf.Variable, Float32Array> = new Map();
  for (const pattern of patterns) {
    disturbedGradients.push(await gradientsOf(comparison, pattern));
    const aside = await step.attempt(batch, noise(), update, pattern);
    if (pattern === 1) disturbed = await copiesOf(aside.values());
    disturbedLogs.push(aside.logs);
    aside.discard();
  }
  const compiledGradients = await gradientsOf(comparison, 0);
  const result = await step.attempt(batch, noise(), update);
  const compiled = await copiesOf(result.values());
  // Those too that the compiled step leaves as they are: the eager one must not move them either.
  const { variables } = step;
  const before = await read(variables);
  const traced: tf.Tensor[] = [];
  const scalars = watchGradients(({ variable, gradient }) => {
    if (variables.includes(variable)) traced.push(tf.keep(gradient.clone()));
  }, comparison.runEagerly);
  const gradients = await read(traced);
  const values = await read(Object.values(scalars));
  const eagerLogs = Object.fromEntries(Object.keys(scalars).map((name, i) => [name, values[i]![0]!]));
  tf.dispose([...traced, ...Object.values(scalars)]);
  const eager = await read(variables);
  const { gradientVariables } = comparison;
  const verdict = { eagerLogs, logs: result.logs, commit: result.commit };
  if (gradients.length !== gradientVariables.length) {
    const text = `the step computes ${gradients.length} gradients where ${gradientVariables.length} were recorded`;
    return { ...verdict, difference: { text, notFinite: false } };
  }
  const pair: UpdatePair = {
    logs: Object.fromEntries(
      Object.entries(eagerLogs).map(([name, value]) => [
        name,
        { eager: value, compiled: result.logs[name]!, disturbed: disturbedLogs.map((logs) => logs[name]!) },
      ]),
    ),
    gradients: gradients.map((values, i) => ({
      variable: variables[gradientVariables[i]!]!,
      ...{ eager: values, compiled: compiledGradients[i]!, disturbed: disturbedGradients.map((all) => all[i]!) },
    })),
    variables: variables.map((variable, i) => ({
      ...{ variable, before: before[i]!, gradient: gradientOf.get(i), eager: eager[i]! },
      compiled: compiled.get(variable) ?? before[i]!,
      disturbed: [disturbed.get(variable) ?? before[i]!],
    })),
  };
  return { ...verdict, difference: findDifference(pair, tolerance) };
}

/** The compiled gradients, copied. */
async function gradientsOf({ gradients, batch, noise, update }: Comparison, pattern: number): Promise<Float32Array[]> {
  const results = await gradients.evaluate(batch, noise(), update, pattern);
  return results.map(({ data }) => Float32Array.from(data as Float32Array));
}

async function copiesOf(
  values: Promise<ReadonlyMap<tf.Variable, ArrayLike<number>>>,
): Promise<Map<tf.Variable, Float32Array>> {
  return new Map([...(await values)].map(([variable, data]) => [variable, Float32Array.from(data)]));
}

function read(tensors: readonly tf.Tensor[]): Promise<Float32Array[]> {
  return Promise.all(tensors.map(async (tensor) => Float32Array.from(await tensor.data())));
}
