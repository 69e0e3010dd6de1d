/**
 * Kills compiled runs at random moments and compares what they end with.
 *
 *     TSX_TSCONFIG_PATH=tsconfig.json node --import tsx packages/compile/test/sweep/kills.ts [kills] [seed] [at once] [models]
 *
 * `models` is a module such as `benchmarks/compiled/models.ts`; without it one small model is trained.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { random } from "@latentkit/core";
import type * as Models from "./models.js";
import { MODELS, runChild } from "./run-child.js";

const [kills = "200", seed = "0", atOnce = "2", given = MODELS] = process.argv.slice(2);
const models = resolve(given);
const { SWEEP } = (await import(models)) as typeof Models;
/** Those that are quick on the plain `cpu` backend, by name. */
const names = SWEEP.map(({ name }) => name).filter((name) => /^(mlp )?vae|of points/.test(name));
const STEPS = "400";
/** Kills of one run before it is let end. */
const ROUND = 10;

const moments = random(Number(seed)).stream("kills");
const wanted = new Map<string, Promise<string>>();
let [killed, ended, different] = [0, 0, 0];

async function reference(model: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "latentkit-whole-"));
  try {
    return (await runChild([folder, STEPS, models, model])).finished!;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function round(index: number): Promise<void> {
  const model = names[index % names.length]!;
  const folder = await mkdtemp(join(tmpdir(), "latentkit-kills-"));
  try {
    for (let i = 0; i < ROUND; i++) {
      const result = await runChild([folder, STEPS, models, model], 700 * moments.next() ** 2);
      if (result.killed) killed++;
    }
    const known = wanted.get(model) ?? reference(model);
    wanted.set(model, known);
    const { finished } = await runChild([folder, STEPS, models, model]);
    ended++;
    const equal = finished === (await known);
    if (!equal) different++;
    console.log(`${model}: ${equal ? "equal to the last bit" : "DIFFERENT"}; ${killed} kills so far`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

let next = 0;
const lane = async (): Promise<void> => {
  while (killed < Number(kills)) await round(next++);
};
await Promise.all(Array.from({ length: Number(atOnce) }, lane));
console.log(`${killed} kills, ${ended} runs ended, ${different} of them different`);
process.exitCode = different > 0 ? 1 : 0;
