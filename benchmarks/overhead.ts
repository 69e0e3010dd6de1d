/**
 * What `train` costs beside a loop written by hand that does the same: the two in turn, in one process, on wasm. Prints a
 * Markdown table.
 */
import { useBackend } from "@latentkit/backends";
import type { Batch, Dataset } from "@latentkit/core";
import { adam, train } from "@latentkit/training";
import * as tf from "@tensorflow/tfjs";
import { median, table } from "./lib.mjs";
import { handWritten } from "./runners/eager.js";
import { type Workload, workloads } from "./workloads/index.js";

const ROUNDS = 9;
const LOG_EVERY = 10;

/** The one batch again and again. */
function constant(workload: Workload): Dataset {
  return {
    size: workload.batchSize * 1000,
    async *batches() {
      for (let i = 0; i < 1000; i++) yield workload.batch();
    },
  };
}

async function byHand(loop: ReturnType<typeof handWritten>, workload: Workload, steps: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < steps; i++) {
    // The trainer draws its batches too.
    const fresh: Batch = workload.batch();
    const loss = loop.update();
    if ((i + 1) % LOG_EVERY === 0) await loss.data();
    tf.dispose([loss, ...Object.values(fresh)]);
  }
  return (performance.now() - start) / steps;
}

async function byTrainer(model: ReturnType<Workload["model"]>, workload: Workload, steps: number): Promise<number> {
  const names = Object.entries(workload.optimizers);
  const optimizers = Object.fromEntries(names.map(([name, settings]) => [name, adam(settings)]));
  const marks: number[] = [];
  // Timed between two steps of one run: what happens once, at its start and end, is no cost of a step.
  const onStep = (): void => {
    marks.push(performance.now());
  };
  await train(model, constant(workload), {
    ...{ steps: steps + LOG_EVERY, batchSize: workload.batchSize, optimizers, logEvery: LOG_EVERY, seed: 1 },
    callbacks: [{ name: "clock", onStep }],
  });
  return (marks.at(-1)! - marks[0]!) / steps;
}

await useBackend("wasm");
const rows: string[][] = [];
for (const name of ["mlp-vae-b128", "wgan-gp-2d-b256"]) {
  const workload = workloads.find((candidate) => candidate.name === name)!;
  const [loop, model] = [handWritten(workload), workload.model()];
  const [hand, trainer]: [number[], number[]] = [[], []];
  await byHand(loop, workload, 10);
  for (let round = 0; round < ROUNDS; round++) {
    hand.push(await byHand(loop, workload, 30));
    trainer.push(await byTrainer(model, workload, 30));
  }
  const share = (100 * (median(trainer) / median(hand) - 1)).toFixed(1);
  rows.push([name, median(hand).toFixed(2), median(trainer).toFixed(2), `${share} %`]);
  loop.dispose();
  model.dispose();
}
console.log(table(["workload", "by hand, ms a step", "train(), ms a step", "overhead"], rows));
process.exit(0);
