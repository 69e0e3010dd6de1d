import type { Batch, Random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { findDifference, type UpdatePair } from "./compare.js";
import type { CompiledStep } from "./compiled.js";

/** What {@link compareUpdate} works on. */
export interface Comparison {
  readonly step: CompiledStep;
  /** Brings the variables up to date. */
  readonly give: () => Promise<void>;
  readonly runEagerly: () => Promise<Readonly<Record<string, tf.Scalar | number>>>;
  readonly batch: Batch;
  readonly random: Random;
  readonly update: number;
  readonly tolerance: number;
}

/** One update both ways. The variables end at the eager result. */
export async function compareUpdate(
  comparison: Comparison,
): Promise<{ readonly logs: Readonly<Record<string, number>>; readonly difference: string | undefined }> {
  const { step, give, runEagerly, batch, random, update, tolerance } = comparison;
  await give();
  const compiled = await outcome(step, batch, random, update, 0);
  const disturbed = await outcome(step, batch, random, update, 2 ** -20);
  // Those too that the compiled step leaves as they are: the eager one must not move them either.
  const { variables } = step;
  const before = await read(variables);
  const scalars = await runEagerly();
  const logs: Record<string, number> = {};
  for (const [name, scalar] of Object.entries(scalars)) {
    logs[name] = typeof scalar === "number" ? scalar : (await scalar.data())[0]!;
  }
  tf.dispose(Object.values(scalars).filter((scalar) => typeof scalar !== "number"));
  const eager = await read(variables);
  const pair: UpdatePair = {
    logs: Object.fromEntries(
      Object.entries(logs).map(([name, value]) => [
        name,
        { eager: value, compiled: compiled.logs[name]!, disturbed: disturbed.logs[name]! },
      ]),
    ),
    variables: variables.map((variable, i) => ({
      variable,
      before: before[i]!,
      eager: eager[i]!,
      compiled: compiled.values.get(variable) ?? before[i]!,
      disturbed: disturbed.values.get(variable) ?? before[i]!,
    })),
  };
  return { logs, difference: findDifference(pair, tolerance) };
}

/** One compiled update that moves nothing, its values copied. */
async function outcome(
  step: CompiledStep,
  batch: Batch,
  random: Random,
  update: number,
  jitter: number,
): Promise<{ logs: Readonly<Record<string, number>>; values: Map<tf.Variable, Float32Array> }> {
  const result = await step.attempt(batch, random, update, jitter);
  const values = await result.values();
  const copies = new Map([...values].map(([variable, data]) => [variable, Float32Array.from(data)]));
  result.discard();
  return { logs: result.logs, values: copies };
}

function read(variables: readonly tf.Variable[]): Promise<Float32Array[]> {
  return Promise.all(variables.map(async (variable) => Float32Array.from(await variable.data())));
}
