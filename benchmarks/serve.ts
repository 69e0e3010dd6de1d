import type { Prepared, Runner } from "./runners/runner.js";
import { workloads } from "./workloads/index.js";

/** Some steps of one workload. */
export interface Command {
  readonly workload: string;
  readonly steps: number;
}

/** The time of each step in ms and the last loss, or what was thrown. */
export type Answer = { readonly times: readonly number[]; readonly loss: number } | { readonly error: string };

/** Answers commands on one runner, with the workload of the last command kept ready. */
export function answering(runner: Runner): (command: Command) => Promise<Answer> {
  let current: { readonly name: string; readonly prepared: Prepared } | undefined;
  return async ({ workload, steps }) => {
    try {
      if (current?.name !== workload) {
        current?.prepared.dispose?.();
        current = undefined;
        const found = workloads.find(({ name }) => name === workload);
        current = { name: workload, prepared: await runner.prepare(found!) };
      }
      const times: number[] = [];
      let loss = Number.NaN;
      for (let i = 0; i < steps; i++) {
        const start = performance.now();
        loss = await current.prepared.step();
        times.push(performance.now() - start);
      }
      return { times, loss };
    } catch (error) {
      return { error: (error as Error).message.split("\n", 1)[0]! };
    }
  };
}
