/**
 * Runs one runner in a process of its own: `worker.ts wasm`. Commands and answers are lines of JSON:
 * `{"workload": "mlp-vae-b128", "steps": 5}` gives `{"times": [...], "loss": 543.4}` or `{"error": "…"}`.
 */
import { createInterface } from "node:readline";
import type { Runner } from "./runners/runner.js";
import { answering, type Command } from "./serve.js";

const say = (answer: object): boolean => process.stdout.write(`${JSON.stringify(answer)}\n`);

async function load(name: string): Promise<Runner> {
  const { runner } = (await import(`./runners/${name}.ts`)) as { runner: Runner };
  return runner;
}

async function serve(name: string): Promise<void> {
  const runner = await load(name);
  say({ name: runner.name, device: await runner.start() });
  const answer = answering(runner);
  for await (const line of createInterface({ input: process.stdin })) say(await answer(JSON.parse(line) as Command));
}

serve(process.argv[2]!).then(
  () => process.exit(0),
  (error: Error) => {
    say({ unavailable: error.message.split("\n", 1)[0] });
    process.exit(0);
  },
);
