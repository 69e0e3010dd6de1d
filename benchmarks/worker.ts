/**
 * Runs one runner in a process of its own: `worker.ts wasm`. Commands and answers are lines of JSON:
 * `{"workload": "mlp-vae-b128", "steps": 5}` gives `{"times": [...], "loss": 543.4}` or `{"error": "…"}`.
 */
import { createInterface } from "node:readline";
import type { Prepared, Runner } from "./runners/runner.js";
import { workloads } from "./workloads/index.js";

interface Command {
  readonly workload: string;
  readonly steps: number;
}

const say = (answer: object): boolean => process.stdout.write(`${JSON.stringify(answer)}\n`);

async function load(name: string): Promise<Runner> {
  const { runner } = (await import(`./runners/${name}.ts`)) as { runner: Runner };
  return runner;
}

async function serve(name: string): Promise<void> {
  const runner = await load(name);
  say({ name: runner.name, device: await runner.start() });
  let current: { name: string; prepared: Prepared } | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    const { workload, steps } = JSON.parse(line) as Command;
    try {
      if (current?.name !== workload) {
        current?.prepared.dispose?.();
        const found = workloads.find((candidate) => candidate.name === workload);
        current = { name: workload, prepared: await runner.prepare(found!) };
      }
      const times: number[] = [];
      let loss = Number.NaN;
      for (let i = 0; i < steps; i++) {
        const start = performance.now();
        loss = await current.prepared.step();
        times.push(performance.now() - start);
      }
      say({ times, loss });
    } catch (error) {
      say({ error: (error as Error).message.split("\n", 1)[0] });
    }
  }
}

serve(process.argv[2]!).then(
  () => process.exit(0),
  (error: Error) => {
    say({ unavailable: error.message.split("\n", 1)[0] });
    process.exit(0);
  },
);
